"""What residents say about each service: things, sentences, consequences and wishes, as banks of words.

In a bank, " / " parts entries and "|" parts wordings of one entry. {t} is a thing, {w} a place, {s} a time. Two reports
of one incident share the entries and differ in the wordings. Line breaks count as spaces, but in PLACES and TIMES they
part entries too.
"""

from __future__ import annotations

PHRASES: dict[str, tuple[str, str, str, str]] = {
    "illegal_dumping": (
        """a sofa|an old couch|a sofa and cushions|a brown settee / six black bags|a pile of bin bags|bags of rubbish,
        about six / a mattress|an old mattress and slats|a stained mattress / a fridge|a fridge with the door off|a
        fridge freezer / rubble|a heap of rubble and tiles|building waste / twelve tyres|a stack of tyres|car tyres,
        a dozen or so / paint tins|old paint tins, some open|tins of paint and thinner / a wardrobe|parts of a
        wardrobe|a smashed wardrobe / garden waste|hedge cuttings and soil|a trailer load of garden waste / a tv and
        boxes|an old tv with boxes|television and cartons""",
        """Someone left {t} {w} {s} / {t} dumped {w}, there {s} / {t} lying {w} {s} / Somebody has dumped {t} {w} /
        There is {t} {w}, nobody has moved it {s} / Fly-tipping again, {t} {w} / A van stopped and threw out {t} {w}
        {s}""",
        """A pram can't get past / It smells already / Rats come out at night / The pavement is blocked / Children play
        with it / More is added every night / People have to walk in the road / It looks awful / Wind blows it all
        over the street""",
        """Can it be collected / When will someone take it away / Please clear it before the weekend / A camera would
        help here""",
    ),
    "missed_collection": (
        """the general bin|our black bin|the grey bin / the paper bin|our blue bin|paper and card / the glass box|our
        glass|bottles / the organic bin|our brown bin|food and garden waste / the recycling|yellow bags|our
        recycling bags""",
        """{t} was not emptied {s} {w} / They forgot {t} {w} / {t} still stands full {w} {s} / The lorry drove past,
        {t} left full / Nobody came for {t} {s} / Whole side of the street was left out, {t} {w}""",
        """It is overflowing now / Bags are piling up beside it / The neighbours were emptied / This is the second time
        / It stinks in this heat / Crows tear the bags open / We put it out before six as always""",
        "When do they come back / Please send them again / Do I leave it out / Can you tell the crew",
    ),
    "overflowing_bin": (
        """the bin|the litter bin|the public bin / the big bin|the large green bin|the solar bin / the bin for dog
        bags|the dog bin / both bins|the two bins|the pair of bins / the ash bin|the bin with the ash tray""",
        """{t} {w} is overflowing {s} / {t} {w} full to the top / Rubbish all round {t} {w} {s} / {t} {w} has no bottom
        any more / {t} {w} was burnt out {s} / The door of {t} hangs open {w}""",
        """Cups and pizza boxes everywhere / Wasps all over it / Birds pull everything out / People just put bags next
        to it / It has been like this every weekend / Nobody can use it""",
        "Please empty it / It needs emptying more often / A second bin would help / Could it be replaced",
    ),
    "litter": (
        """paper and cups|takeaway rubbish|cups and wrappers / broken glass|glass everywhere|smashed bottles /
        needles|used needles|syringes / cigarette ends|hundreds of cigarette ends|fag ends / leaflets|advertising
        leaflets|flyers / nitrous canisters|little gas bottles""",
        """{t} all over the pavement {w} / {t} {w} {s} / There are {t} {w}, nobody sweeps / Lots of {t} {w} since the
        market / The grass {w} is full of {t} / {t} again {w} {s}""",
        """Children play here / My dog cut its paw / It all ends up in the river / Not swept for weeks / Someone will
        get hurt / It blows into the front gardens""",
        "Please sweep here / Can the sweeper come by / Send someone with gloves / More bins please",
    ),
    "dog_fouling": (
        "dog mess|dog dirt|dog poo / dog mess in bags|bags of dog mess hanging in the hedge|full dog bags",
        """{t} {w} {s} / {t} on the pavement {w} every morning / Stepped in {t} {w} / {t} right {w} again / So much {t}
        {w}, it is a slalom""",
        """Same owner each day / Kids walk here to school / My wheelchair went through it / The grass can't be used /
        It is disgusting""",
        "Please clean it up / Put up a sign / Someone should check in the mornings / A dog bin is missing here",
    ),
    "dead_animal": (
        """a dead fox|a fox, run over|a fox / a dead cat|a cat, black and white|a cat / a dead bird|a swan|a large bird
        / a dead rat|two dead rats / a deer|a roe deer|a young deer / a badger|a dead badger""",
        """{t} lying {w} {s} / There is {t} {w} / {t} on the road {w} / Saw {t} {w} this morning / {t} at the kerb {w},
        there {s}""",
        "Cars swerve round it / It starts to smell / Children pass here / It has a collar / Flies all over",
        "Please take it away / Can someone come soon / The owner may be looking for it",
    ),
    "bulky_waste": (
        """a sofa|a three-seat sofa|a sofa, two armchairs / a washing machine|an old washing machine|washing machine,
        fridge / a bed frame|two bed frames and slats|a double bed / shelves|shelves and a desk|four shelves / a
        carpet|rolled up carpet|two carpets / a kitchen|parts of a kitchen|kitchen units""",
        """Pick-up of {t} please, will stand {w} / I have {t} to be collected {w} / {t} to collect, second floor, goes
        {w} / Appointment for {t}, put out {w} / We are moving, {t} to go, {w}""",
        """I have no car / It is too heavy for us / The house must be empty by month's end / Can be out by seven /
        There is a lift / Two people needed to lift""",
        "Which day / Please send a date / Mornings suit best / Call before you come",
    ),
    "pothole": (
        """a pothole|a deep pothole|a hole in the road / a crater|a huge hole|a proper crater / two holes|several
        potholes|a row of potholes / a sunken trench|a trench that has sunk|a sunken patch / a cracked edge|the edge
        of the road breaking off|crumbling edge""",
        """{t} {w} {s} / There is {t} {w} / {t} in the right lane {w} / Hit {t} {w} with the car / {t} {w}, bigger
        every day / {t} on the bike lane {w} {s} / Filled last month, now {t} again {w}""",
        """Lost a hub cap / A cyclist fell yesterday / Cars swerve into the other lane / You cannot see it in the rain
        / My tyre burst / The bus bangs through it all night / It is as deep as my hand""",
        """Please fill it before someone is hurt / Can it be repaired properly this time / Who pays for my wheel / At
        least put a cone there""",
    ),
    "pavement_damage": (
        """a loose slab|a loose paving stone|slabs that rock / a missing slab|a gap in the paving|two missing slabs /
        sunken paving|a dip in the pavement / slabs lifted by roots|roots pushing up the paving|raised slabs / a
        broken kerb|a kerb stone that came off|smashed kerb""",
        """{t} {w} {s} / {t} on the pavement {w} / Tripped over {t} {w} / There is {t} {w} / After the works, {t}
        {w} / {t} {w}, nobody fixed it {s}""",
        """My mother fell / A pram gets stuck / Water splashes up when you step on it / Hard with a walking frame /
        Wheelchairs can't pass / It is dark there at night""",
        "Please reset it / Make it even / Someone should look at it / Mark it at least",
    ),
    "graffiti": (
        """tags|black tags|scribbles / a slogan|an insult|an ugly slogan / silver letters|big silver letters|a huge
        piece / swear words|rude words|offensive words / stickers and tags|stickers and paint|paint and stickers""",
        """{t} on the wall {w} {s} / {t} sprayed {w} / Someone sprayed {t} {w} / {t} {w}, new since the weekend / {t}
        all over the shutters {w} / {t} on the bench {w} / The underpass {w} is full of {t}""",
        """It is against people / It was cleaned only last month / The sign can't be read / Children read that / It
        spreads along the street / The owner has given up""",
        "Please remove it / Can you clean it soon / Before it spreads / A coat of paint would do",
    ),
    "snow_ice": (
        """ice|sheet ice|a sheet of ice / snow|snow, not cleared|deep snow / a bank of snow|snow pushed onto the
        crossing|ploughed snow""",
        """{t} on the pavement {w} {s} / {t} {w}, not gritted / Nobody cleared {t} {w} / {t} on the bridge {w} / The
        steps {w} are covered in {t} / {t} on the bike lane {w} {s}""",
        """An old man fell / The bus slid / Wheelchairs have no way / I nearly went down twice / Cars cannot get up the
        hill""",
        "Please grit / Send the plough / Clear the crossing / It must be done before school",
    ),
    "road_obstruction": (
        """a barrier|a works barrier|barriers from a building site / a skip|an unlit skip|a skip in the lane / a lost
        load|planks from a lorry|timber on the road / a shopping trolley|two shopping trolleys / a metal plate|a
        steel plate|a road plate that moved / a scaffold pole|scaffold parts""",
        """{t} in the road {w} / {t} {w}, blocks one lane / There is {t} {w} / {t} lying {w} {s} / Cars go round {t}
        {w}""",
        """No light on it at night / Somebody will hit it / The bus cannot pass / It moved with the wind / Traffic
        backs up to the bridge""",
        "Send someone now please / Move it to the side / Please make it safe",
    ),
    "street_light_out": (
        """the street light|the lamp|the lamp post / two lights|two lamps|the lights on both sides / all the
        lights|every light|the whole row of lamps / the light over the crossing|the crossing light / the lamp on the
        footpath|the path light""",
        """{t} {w} out {s} / {t} {w} flickers {s} / {t} {w} on all day / {t} dark {w} / {t} {w} goes on and off every
        few minutes / No light {w}, {t} dead {s} / {t} is very dim {w}""",
        """It is pitch dark / I don't like walking home there / Someone tripped / It shines into the bedroom / The
        corner feels unsafe / Cars do not see people crossing""",
        "Please fix it / Can the bulb be changed / When is it repaired / It was reported before winter too",
    ),
    "lamp_post": (
        """the lamp post|a lamp post|the post / a lamp post hit by a car|a bent lamp post|a lamp knocked by a lorry /
        the door of the post|the hatch on the post|the cover""",
        """{t} {w} leans over {s} / {t} {w}, wires showing / {t} {w} was hit {s} / {t} open {w} / {t} {w} sways in the
        wind / {t} came down {w}""",
        """Children can reach the wires / It leans over the road / It could fall on a car / Sparks last night / It
        buzzes""",
        "Please come at once / Make it safe / Turn the power off",
    ),
    "traffic_signal": (
        """the traffic lights|the lights|the signals / the pedestrian light|the green man|the walk signal / the
        button|the crossing button|the push button / the left turn arrow|the arrow|the filter arrow / the tram
        signal|the bus signal""",
        """{t} {w} all dark / {t} {w} flashing amber {s} / {t} stuck on red {w} / {t} not working {w} {s} / {t} {w}
        turned the wrong way / {t} {w} broken, never turns green / {t} out {w} after the storm""",
        """Traffic is backing up / Nearly an accident just now / Schoolchildren cross here / Nobody knows who goes
        first / Blind people need it / Cars run the red because it never changes""",
        "Send someone quickly / Police should direct traffic / Please repair today / Check the timing",
    ),
    "street_sign": (
        """the stop sign|a stop sign / the street name sign|the name plate|the street sign / the speed sign|the 30 sign
        / the no entry sign|the one-way sign / the parking sign|the loading bay sign / the direction sign|the big
        direction sign""",
        """{t} {w} missing {s} / {t} bent {w} / {t} {w} hidden by a tree / {t} {w} turned round / {t} {w} faded, cannot
        be read / {t} lies on the grass {w}""",
        """Drivers go the wrong way / Delivery vans get lost / People speed here / Nobody knows where to stop / It was
        hit by a van""",
        "Please put it back / Replace it / Cut the branches / Straighten it",
    ),
    "running_water": (
        """water|clean water|a lot of water / a burst pipe|what looks like a burst main|a burst water main / a leak|a
        small leak|a leak in the pavement / a spring of water|water bubbling up""",
        """{t} coming out of the road {w} {s} / {t} running down the street {w} / {t} {w}, getting stronger / There is
        {t} {w} {s} / {t} from a cover {w} / {t} by the kerb {w} although it has not rained""",
        """The road lifts up / It freezes at night / Our pressure has dropped / The cellar gets wet / It runs day and
        night / The pavement is hollow""",
        "Please come and close it / Someone should look today / This is a waste",
    ),
    "clogged_drain": (
        """the drain|the gully|the road drain / two drains|both gullies|the drains on both sides / the grating|the
        grid|the drain cover""",
        """{t} {w} blocked {s} / {t} full of leaves {w} / Water does not run off, {t} {w} / {t} {w} stinks {s} / A lake
        forms {w} because {t} is blocked / {t} {w} full of mud""",
        """Every rain we get splashed / Water stands at the door / Mosquitoes / It floods the bike lane / The smell
        comes into the house""",
        "Please clean it / Suck it out / Has to be done before the next rain",
    ),
    "hydrant": (
        "the hydrant|a fire hydrant|hydrant",
        """{t} {w} leaking {s} / {t} open {w}, water all over / {t} knocked over {w} / Cap of {t} missing {w} / Cars
        park on {t} {w} / {t} {w} drips {s}""",
        "Kids opened it in the heat / The fire brigade would not find it / Water runs into the drain / It freezes",
        "Close it please / Please repair / Mark it",
    ),
    "flooded_street": (
        """the street|the road|the whole road / the underpass|the subway under the line|the underpass / the
        crossing|the whole junction""",
        """{t} under water {w} / {t} flooded {w} after the rain / Water stands in {t} {w}, ankle deep / {t} {w} cannot
        be used, flooded / Knee deep in {t} {w} / Manhole lifted, {t} flooded {w}""",
        """Cars are stuck / It runs into the cellars / The bus turned back / Sewage comes up / People wade through /
        Two cars stand in it""",
        "Pump please / Close the road / Send help / Come now",
    ),
    "tree_issue": (
        """a dead branch|dead branches|a large dead branch / a tree|the big tree|an old lime tree / roots|tree
        roots|thick roots / low branches|branches hanging low|low twigs / a leaning tree|a tree that leans|a tilted
        tree""",
        """{t} {w} {s} / {t} over the pavement {w} / {t} {w} should be looked at / {t} {w} scrapes the bus / {t} in
        front of the street light {w} / {t} {w} touches the windows""",
        """You have to duck / Bits come down in wind / It hides the sign / Light does not get through / Afraid it falls
        on the car / The roof gutter is full""",
        "Please prune it / Could a climber look / Cut it back / It should be checked before autumn",
    ),
    "fallen_tree": (
        """a tree|a whole tree|a big tree / a large branch|a thick branch|half the crown / a birch|a birch tree / a
        poplar|an old poplar""",
        """{t} down {w} / {t} fell on the road {w} / {t} lies across the pavement {w} / {t} came down on a car {w} /
        {t} hangs over the path {w} / {t} broke off {w} in the night""",
        "Nobody is hurt / The road is blocked / It hangs in the wires / Buses turn round / More of it will come down",
        "Please hurry / Bring a saw / Close the path",
    ),
    "leaves": (
        """wet leaves|leaves, ankle deep|a thick layer of leaves / leaves|piles of leaves|heaps of leaves / chestnuts
        and leaves|leaves and acorns""",
        """{t} {w} {s} / {t} on the pavement {w} / {t} on the bike lane {w}, very slippery / {t} on the steps {w} /
        Nobody has cleared {t} {w} {s}""",
        """I slipped / Older people do not dare go out / You cannot see the kerb / The drain is covered / Bikes skid in
        the bend""",
        "Please sweep / Can the blower come / Every year the same",
    ),
    "playground": (
        """the swing|one of the swings|the baby swing / the slide|the big slide|the tube slide / the climbing frame|the
        climbing net|the ropes / the fence|the gate|the gate of the fence / the soft floor|the rubber floor|the
        matting""",
        """{t} {w} broken {s} / {t} {w} has a sharp edge / {t} hangs by one chain {w} / {t} {w} is loose / A screw
        sticks out of {t} {w} / {t} {w} vandalised""",
        """A child cut her hand / We had to leave / The kids still use it / Glass in the sand too / Taped off but
        nothing happens""",
        "Please repair it / Take it down until fixed / Check the others too",
    ),
    "overgrown": (
        """the hedge|a hedge|the hedge by the path / brambles|thorns and brambles / weeds|weeds, a metre high|tall
        weeds / the grass|the verge|long grass / nettles|stinging nettles""",
        """{t} {w} takes half the pavement / {t} {w} too high {s} / {t} grown over the path {w} / {t} {w} not cut {s} /
        Cannot see round the corner {w} because of {t}""",
        "You cannot see cars coming / Push-chairs go in the road / It scratches your face / Ticks / The bench is gone",
        "Please cut it / Mow it / Trim it back",
    ),
    "rats": (
        "rats|several rats|rats, big ones / a rat|one rat / a nest of rats|rats and holes in the ground",
        """{t} {w} {s} / Saw {t} {w} / {t} running around {w} at night / {t} by the bins {w} / {t} in daylight {w} /
        {t} under the bushes {w} {s}""",
        """They are not afraid any more / People feed the pigeons / The bins are open / There is a nursery next door /
        They come into the yard""",
        "Please put bait down / Send pest control / Something must be done",
    ),
    "abandoned_vehicle": (
        """a grey van|a grey van, no plates|an old grey van / a red car|a red hatchback|a small red car / a trailer|a
        trailer with rubbish|a boat trailer / a silver car|a silver estate car|an estate with flat tyres / a
        motorbike|a motorbike under a sheet|a moped / a caravan|an old caravan""",
        """{t} parked {w} {s} / {t} {w} has not moved {s} / {t} left {w}, flat tyres / {t} with broken window {w} / {t}
        stands {w} without plates / Someone sleeps in {t} {w}""",
        """Glass on the road / It takes two spaces / Leaking oil / Moss grows on it / Notice on it since spring /
        Rubbish piles up under it""",
        "Please tow it / Who does it belong to / Put a notice on it / Can it go",
    ),
    "blocked_bike_lane": (
        """a delivery van|a van|a parcel van / cars|parked cars|three cars / a lorry|a lorry unloading|a beer lorry /
        bins|rows of bins|wheelie bins / a building skip|site fences""",
        """{t} on the bike lane {w} / {t} blocks the cycle track {w} {s} / Every day {t} on the bike lane {w} / {t}
        {w}, had to go into traffic / {t} {w} all morning""",
        "Nearly hit by a bus / Children ride here / No way round / Same firm each day / Dangerous in the bend",
        "Please check more often / Put bollards there / Tow them",
    ),
    "unsafe_building": (
        """plaster|bits of plaster|pieces of the front / tiles|roof tiles|loose tiles / an empty house|the empty
        house|the boarded house / a balcony|the balcony on the second floor / a wall|the yard wall|a garden wall""",
        """{t} coming down {w} / {t} {w} looks ready to fall / {t} {w} open to anyone {s} / {t} fell on the pavement
        {w} / Cracks, {t} {w} {s}""",
        """People walk right below / Kids climb in / Missed a woman by a metre / It rained in, floors are gone / There
        was a fire""",
        "Someone should inspect it / Please fence it off / Close the pavement",
    ),
}

# Landmarks, each in several wordings.
PLACES = """
by the bus stop|at the bus stop|next to the bus shelter / opposite the bakery|across from the bakery|by the bakery
in front of the school|by the school gate|outside the school
under the railway bridge|below the rail bridge|by the viaduct
at the playground|next to the playground|by the swings
behind the supermarket|at the back of the supermarket|by the car park
by the pharmacy|outside the chemist|next to the chemist / on the corner|right at the corner|at the corner
at the bottle bank|next to the bottle banks|by the glass containers
by the church|next to the chapel|on the church side
outside number {n}|in front of no. {n}|near house {n}|at {n} / near the bridge|just before the bridge|towards the bridge
by the park gate|at the entrance to the park|near the park / outside the library|by the library|at the library steps
next to the kiosk|by the newspaper kiosk|at the kiosk / at the tram stop|by the tram stop|near the tram
by the nursery|outside the kindergarten|at the nursery gate
in the alley|in the lane behind the houses|in the back lane
at the end of the street|at the dead end|at the far end / by the garages|in front of the garages|next to the garages
near the hospital|by the clinic|on the hospital side / outside the barber|next to the hairdresser|by the barber's
beside the substation|by the grey power box|next to the power cabinet
at the taxi rank|by the taxis|next to the taxi stand
by the river path|on the river walk|towards the river / at the market|on the market side|by the market stalls
by the launderette|outside the laundry|near the launderette
at the petrol station|by the petrol pumps|next to the filling station
behind the sports hall|by the gym|at the sports hall
in front of the blue door|at the house with the blue door|by the blue door
next to the bank|outside the savings bank|by the cash machine / by the old mill|near the mill|next to the mill
"""
TIMES = """
since yesterday|since last night|from yesterday / since Monday|since the start of the week|from Monday on
for two weeks|for a fortnight|for about two weeks
for days|for days now|several days already / since the weekend|since Saturday|since Sunday
for over a month|for more than a month|a month at least / since this morning|since early today|from this morning
for ages|for a very long time|for months
again today|today again|once more today / for a week|for a good week|about a week now
"""
POLITE_OPENERS = (
    "Hello,", "Good morning,", "Good evening,", "Hi there,", "Hello city team,", "Sorry to bother you,", "Good day,",
    "Dear team,", "Hi,", "I would like to report this:",
)  # fmt: skip
FORMAL_OPENERS = ("Dear Sir or Madam,", "To whom it may concern,", "Dear city services,", "Ladies and gentlemen,")
FORMAL_CLOSERS = ("Kind regards", "Yours faithfully", "With best wishes", "A long-time resident", "Regards")
ANGRY_OPENERS = (
    "Third time I report this!", "AGAIN.", "Unbelievable.", "How often do I have to say it:", "Nobody does anything!",
    "Fed up with this.", "Is anyone reading this?", "Reported weeks ago, nothing happened.",
)  # fmt: skip
ANGRY_CLOSERS = (
    "Do your job!",
    "What do we pay taxes for?",
    "Shame.",
    "Unacceptable!!",
    "I will go to the paper.",
    "!!!",
)
AGENT_OPENERS = (
    "Caller:", "Caller says", "Resident reports", "By phone:", "Tel.:", "Lady on the phone says",
    "Caller, will not give name:",
    "Older gentleman:", "Bus driver reports", "Caretaker calls:",
)  # fmt: skip
AGENT_CLOSERS = (
    "Would like a call back.",
    "Wants no reply.",
    "Second call.",
    "Asked when.",
    "Urgent, she says.",
    "Told: noted.",
)
THANKS = ("Thanks", "Thank you", "Many thanks", "Thanks in advance", "Cheers", "ta", "Thank you for your work")

# Whole sentences in other languages, by group of services; {a} is the address.
FOREIGN: dict[str, tuple[str, ...]] = {
    "Waste and cleanliness": (
        "Hier liegt seit Tagen Müll auf dem Gehweg, {a}. Bitte abholen.",
        "Hallo, in der {a} ist alles voller Abfall, es stinkt.",
        "{a} önünde günlerdir çöp duruyor, lütfen alın.",
        "Kaldırımda çöp torbaları var, {a}. Çocuklar geçemiyor.",
        "Od kilku dni leżą tu śmieci, {a}. Proszę zabrać.",
        "Hay basura en la acera desde hace días, {a}. Por favor recogerla.",
        "Il y a des ordures sur le trottoir, {a}, depuis lundi.",
        "Er ligt al dagen afval op de stoep, {a}.",
    ),
    "Roads and pavements": (
        "Großes Loch in der Straße, {a}. Gefährlich für Radfahrer!",
        "Der Gehweg ist kaputt, {a}, meine Mutter ist gestürzt.",
        "Yolda büyük bir çukur var, {a}, dikkat.",
        "Duża dziura w jezdni, {a}. Uszkodziłem koło.",
        "Hay un bache muy grande en {a}, es peligroso.",
        "Le trottoir est abîmé devant {a}, on tombe facilement.",
    ),
    "Lights and signals": (
        "Die Straßenlaterne ist aus, {a}, seit einer Woche stockdunkel.",
        "Ampel defekt an der {a}, bleibt rot.",
        "Sokak lambası yanmıyor, {a}.",
        "Nie świeci latarnia, {a}, jest bardzo ciemno.",
        "La farola no funciona en {a}, está todo oscuro.",
        "Le feu est en panne, {a}.",
    ),
    "Water and drains": (
        "Wasser läuft aus der Straße, {a}, wird immer mehr.",
        "Gully verstopft, {a}, bei Regen steht alles unter Wasser.",
        "{a} önünde su borusu patlamış, su akıyor.",
        "Woda wypływa na ulicę, {a}.",
        "Sale agua de la calle en {a}.",
        "Une fuite d'eau devant {a} depuis ce matin.",
    ),
    "Trees and parks": (
        "Ein dicker Ast hängt über dem Weg, {a}. Bitte absichern.",
        "Nasses Laub auf dem Radweg, {a}, sehr rutschig.",
        "Ağaç dalı yola düşmüş, {a}.",
        "Złamana gałąź nad chodnikiem, {a}.",
        "Un árbol está a punto de caer en {a}.",
        "Une branche est tombée, {a}.",
    ),
    "Health, parking and buildings": (
        "Ratten bei den Mülltonnen, {a}, jeden Abend.",
        "Auto ohne Kennzeichen steht seit Wochen hier, {a}.",
        "{a} yakınında plakasız bir araba haftalardır duruyor.",
        "Stary samochód stoi od miesięcy, {a}.",
        "Hay ratas cerca de {a}, muchas.",
        "Une voiture abandonnée devant {a}.",
    ),
}
