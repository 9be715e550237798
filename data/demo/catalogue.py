"""The demo city's departments, its 29 services with questions and deadlines, and the answers staff send."""

from __future__ import annotations

from dataclasses import dataclass

AGENCIES = (
    "Sanitation", "Streets", "Lighting", "Signals", "Water", "Parks", "Health", "Mobility", "Buildings",
    "Port authority",
)  # fmt: skip
PORT = "Port authority"
WORKDAY_OPENS_H, WORKDAY_CLOSES_H = 8, 18  # Monday to Friday: promises count these hours only


@dataclass(frozen=True, slots=True)
class DemoQuestion:
    """What the intake form asks. `datatype` is one of Open311's; `values` the choices of a list."""

    code: str
    datatype: str
    question: str
    required: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoService:
    """A service as the catalogue holds it, and how it behaves in the demo city.

    share: part of all incidents (any unit); season, week, day: names of rhythms; place: where it happens;
    repeats: how readily several people report one incident.
    """

    code: str
    name: str
    group: str
    agency: str
    icon: str
    deadline_working_h: float
    minutes: int
    priority: int
    skills: tuple[str, ...]
    description: str
    share: float
    season: str
    week: str
    day: str
    place: str
    repeats: float
    questions: tuple[DemoQuestion, ...]


def _choice(code: str, question: str, values: str, *, required: bool = True, many: bool = False) -> DemoQuestion:
    kind = "multivaluelist" if many else "singlevaluelist"
    return DemoQuestion(code, kind, question, required, tuple(values.split("|")))


def _ask(code: str, datatype: str, question: str, *, required: bool = False) -> DemoQuestion:
    return DemoQuestion(code, datatype, question, required)


_WASTE, _ROAD, _LIGHT = "Waste and cleanliness", "Roads and pavements", "Lights and signals"
_WATER, _GREEN, _OTHER = "Water and drains", "Trees and parks", "Health, parking and buildings"
_AMOUNT = "one item|a few bags|a car load|a van load|more than a van load"
_YESNO = "yes|no|not sure"

SERVICES = (
    DemoService("illegal_dumping", "Illegal dumping", _WASTE, "Sanitation", "trash-2", 50, 25, 60, ("loader",),
        "Rubbish, furniture or rubble left on public ground.", 13, "mild", "weekend", "day", "back", 1.3, (
            _choice("kind", "What was left there?", "bags|furniture|mattress|rubble|tyres|appliances|other", many=True),
            _choice("amount", "How much is it?", _AMOUNT),
            _choice("blocking", "Does it block the pavement or the road?", _YESNO, required=False))),
    DemoService("missed_collection", "Missed collection", _WASTE, "Sanitation", "recycle", 20, 10, 50, ("collection",),
        "A bin that was not emptied on its day.", 6, "flat", "collection", "morning", "homes", 0.25, (
            _choice("bin", "Which bin was left?", "general|paper|glass|organic|recycling"),
            _ask("day", "datetime", "When should it have been emptied?", required=True),
            _ask("street_too", "string", "Was the whole street left out?"))),
    DemoService("overflowing_bin", "Overflowing bin", _WASTE, "Sanitation", "trash", 20, 10, 45, ("collection",),
        "A public bin that is full or damaged.", 5, "summer", "weekend", "day", "centre", 1.0, (
            _choice("state", "What is wrong with the bin?", "full|broken|missing|burnt"),
            _ask("number", "string", "What number is on the bin?"))),
    DemoService("litter", "Litter", _WASTE, "Sanitation", "brush-cleaning", 50, 30, 35, ("sweeping",),
        "Scattered rubbish, glass or needles.", 4, "summer", "weekend", "day", "centre", 0.8, (
            _choice("kind", "What lies there?", "paper and cups|broken glass|needles|cigarette ends|other", many=True),
            _ask("metres", "number", "Over how many metres?"))),
    DemoService("dog_fouling", "Dog fouling", _WASTE, "Sanitation", "dog", 40, 12, 30, ("sweeping",),
        "Dog mess on pavements, in parks and on play grounds.", 2, "mild", "flat", "morning", "homes", 0.5, (
            _choice("where", "Where is it?", "pavement|grass|play ground|path"),
            _choice("often", "How often do you see it?", "first time|every week|every day", required=False))),
    DemoService("dead_animal", "Dead animal", _WASTE, "Sanitation", "paw-print", 8, 15, 65, ("sweeping",),
        "A dead animal on a road or in a park.", 1.5, "mild", "flat", "morning", "main", 0.9, (
            _choice("animal", "Which animal?", "bird|cat|dog|fox|rat|deer|other"),
            _choice("lane", "Does it lie in a traffic lane?", _YESNO))),
    DemoService("bulky_waste", "Bulky waste pick-up", _WASTE, "Sanitation", "armchair", 300, 20, 30, ("loader",),
        "Pick-up of furniture and appliances by appointment.", 5, "mild", "office", "office", "homes", 0.1, (
            _ask("items", "text", "What should be taken?", required=True),
            _ask("count", "number", "How many pieces?", required=True),
            _ask("date", "datetime", "Which day suits you?"))),
    DemoService("pothole", "Pothole", _ROAD, "Streets", "road", 200, 35, 60, ("asphalt",),
        "A hole in the road surface.", 9, "after_winter", "office", "commute", "roads", 1.4, (
            _choice("size", "How large is it?", "like a hand|like a plate|like a car tyre|larger"),
            _choice("deep", "How deep?", "under 3 cm|3 to 8 cm|over 8 cm", required=False),
            _choice("lane", "Where is it?", "car lane|bike lane|bus lane|crossing"))),
    DemoService("pavement_damage", "Pavement damage", _ROAD, "Streets", "footprints", 700, 90, 35, ("paving",),
        "Loose, sunken or missing slabs.", 5, "flat", "office", "day", "centre", 0.7, (
            _choice("damage", "What is wrong?", "loose slab|sunken|missing slab|tree roots|other"),
            _choice("fallen", "Has someone fallen?", _YESNO))),
    DemoService("graffiti", "Graffiti", _ROAD, "Streets", "spray-can", 150, 45, 30, ("cleaning",),
        "Paint on walls, signs, benches and bridges.", 5, "mild", "weekend", "morning", "centre", 0.5, (
            _choice("surface", "What is it on?", "wall|sign|bench|bridge|shutter|play ground"),
            _choice("offensive", "Is it offensive?", _YESNO),
            _ask("owner", "string", "Whose wall is it, if you know?"))),
    DemoService("snow_ice", "Snow or ice", _ROAD, "Streets", "snowflake", 6, 30, 75, ("winter",),
        "Roads and pavements that are not cleared or gritted.", 2, "winter", "flat", "early", "roads", 1.0, (
            _choice("what", "What is it?", "snow|ice|blocked by ploughed snow"),
            _choice("fallen", "Has someone fallen?", _YESNO))),
    DemoService("road_obstruction", "Road obstruction", _ROAD, "Streets", "traffic-cone", 5, 20, 85, ("barriers",),
        "Something in the road that should not be there.", 2, "flat", "office", "commute", "main", 2.0, (
            _choice("thing", "What is in the way?", "barrier|skip|lost load|scaffold|other"),
            _choice("lanes", "Can cars get past?", "yes|one lane|no"))),
    DemoService("street_light_out", "Street light out", _LIGHT, "Lighting", "lightbulb", 200, 30, 45, ("electrics",),
        "A street light that is dark, flickers or burns by day.", 9, "dark", "flat", "evening", "homes", 1.0, (
            _choice("fault", "What does the light do?", "out|flickers|on by day|dim"),
            _ask("number", "string", "What number is on the post?"),
            _choice("how_many", "How many lights?", "one|two or three|the whole street"))),
    DemoService("lamp_post", "Damaged lamp post", _LIGHT, "Lighting", "zap", 20, 50, 80, ("electrics",),
        "A post that leans, lies or shows its wires.", 1.5, "dark", "flat", "day", "main", 1.2, (
            _choice("damage", "What is wrong?", "leaning|fallen|door open|wires showing"),
            _choice("danger", "Can someone touch a wire?", _YESNO))),
    DemoService("traffic_signal", "Traffic signal", _LIGHT, "Signals", "siren", 6, 40, 90, ("signals",),
        "Signals that are out, stuck or turned.", 3, "flat", "office", "commute", "crossings", 2.4, (
            _choice("fault", "What is wrong?", "all dark|flashing|stuck|lamp out|button broken|turned"),
            _choice("for", "For whom?", "cars|people on foot|bikes|trams", required=False, many=True))),
    DemoService("street_sign", "Street sign", _LIGHT, "Signals", "signpost", 200, 30, 30, ("signs",),
        "Signs that are missing, bent, hidden or wrong.", 2.5, "flat", "office", "day", "crossings", 0.5, (
            _choice("fault", "What is wrong?", "missing|bent|hidden by leaves|turned|wrong|faded"),
            _ask("text", "string", "What does the sign say?"))),
    DemoService("running_water", "Running water", _WATER, "Water", "droplets", 5, 60, 90, ("pipes",),
        "Water that comes out of the ground or a pipe.", 2.5, "cold", "flat", "day", "roads", 2.2, (
            _choice("flow", "How strong is it?", "seeping|steady|strong|spraying"),
            _choice("ice", "Does it freeze over?", _YESNO, required=False))),
    DemoService("clogged_drain", "Clogged drain", _WATER, "Water", "funnel", 60, 35, 50, ("drains",),
        "A gully that does not swallow the rain.", 4, "autumn", "flat", "day", "roads", 1.0, (
            _choice("standing", "How much water stands there?", "none now|a puddle|half the lane|the whole road"),
            _choice("smell", "Does it smell?", _YESNO, required=False))),
    DemoService("hydrant", "Hydrant", _WATER, "Water", "fire-extinguisher", 10, 40, 70, ("pipes",),
        "A hydrant that leaks, is open, damaged or blocked.", 1, "summer", "flat", "day", "roads", 1.2, (
            _choice("fault", "What is wrong?", "leaks|open|knocked over|cap missing|parked over"),
            _ask("number", "string", "What number is on its plate?"))),
    DemoService("flooded_street", "Flooded street", _WATER, "Water", "waves", 4, 60, 95, ("drains",),
        "Water over the road after rain or a burst pipe.", 1.5, "storms", "flat", "any", "low", 3.0, (
            _ask("depth_cm", "number", "How deep is it, in centimetres?"),
            _choice("cars", "Can cars get through?", "yes|slowly|no"),
            _choice("homes", "Does it run into houses?", _YESNO))),
    DemoService("tree_issue", "Tree issue", _GREEN, "Parks", "tree-deciduous", 700, 85, 30, ("climbing",),
        "Dead wood, low branches, roots, pruning.", 6, "summer", "office", "day", "green", 0.5, (
            _choice("issue", "What is wrong?", "dead branches|low branches|roots|leaning|blocks a light|blocks a sign"),
            _ask("tag", "string", "What number is on the tree's tag?"),
            _choice("wires", "Are there wires nearby?", _YESNO))),
    DemoService("fallen_tree", "Fallen tree or branch", _GREEN, "Parks", "tree-pine", 6, 70, 90, ("chainsaw",),
        "A tree or large branch that lies or hangs.", 2, "storms", "flat", "any", "green", 2.0, (
            _choice("lies", "Where does it lie?", "road|pavement|on a car|on a house|on wires|in a park"),
            _choice("hurt", "Is anyone hurt?", "no|yes, I called 112"))),
    DemoService("leaves", "Leaves not cleared", _GREEN, "Parks", "leaf", 80, 40, 30, ("grounds",),
        "Wet leaves on pavements, paths and bike lanes.", 2.5, "leaves", "office", "day", "green", 0.6, (
            _choice("where", "Where do they lie?", "pavement|bike lane|road|steps|drain"),
            _choice("slippery", "Is it slippery?", _YESNO, required=False))),
    DemoService("playground", "Broken playground", _GREEN, "Parks", "wrench", 50, 60, 65, ("playgrounds",),
        "Broken or dangerous play equipment.", 1, "summer", "weekend", "afternoon", "parks", 0.8, (
            _choice("thing", "What is broken?", "swing|slide|climbing frame|fence|surface|bench"),
            _choice("danger", "Can a child be hurt?", _YESNO))),
    DemoService("overgrown", "Overgrown green", _GREEN, "Parks", "sprout", 300, 60, 25, ("grounds",),
        "Grass, hedges and weeds that took over.", 2.5, "growing", "office", "day", "green", 0.5, (
            _choice("what", "What has grown?", "hedge|grass|weeds|brambles"),
            _choice("view", "Does it hide traffic or a sign?", _YESNO))),
    DemoService("rats", "Rats in public space", _OTHER, "Health", "rat", 80, 40, 55, ("pest control",),
        "Rats seen in streets, parks and around bins.", 2.5, "summer", "flat", "evening", "back", 0.9, (
            _choice("seen", "How many did you see?", "one|two to five|more"),
            _choice("burrow", "Did you see holes in the ground?", _YESNO, required=False))),
    DemoService("abandoned_vehicle", "Abandoned vehicle", _OTHER, "Mobility", "car", 400, 30, 35, ("towing",),
        "A vehicle without plates, or not moved for weeks.", 5, "flat", "office", "day", "homes", 0.7, (
            _choice("vehicle", "What is it?", "car|van|trailer|motorbike|bicycle"),
            _ask("colour", "string", "What make and colour?"),
            _choice("plates", "Has it plates?", "yes|no|one only"))),
    DemoService("blocked_bike_lane", "Blocked bike lane", _OTHER, "Mobility", "bike", 6, 20, 55, ("patrol",),
        "Vehicles and things on cycle tracks.", 2, "summer", "office", "commute", "main", 0.8, (
            _choice("by", "What is in the way?", "car|van|lorry|skip|bins|works"),
            _choice("daily", "Is it often so?", "first time|often|every day", required=False))),
    DemoService("unsafe_building", "Unsafe building", _OTHER, "Buildings", "building", 60, 75, 80, ("inspection",),
        "Falling plaster, open empty buildings, loose roofs.", 1, "storms", "office", "day", "back", 0.8, (
            _choice("danger", "What is the danger?", "falling parts|open to anyone|fire damage|leaning"),
            _choice("people", "Are people living there?", _YESNO))),
)  # fmt: skip

NUMBER_QUESTION = "number"  # what the form asks for: what stands on a post, a plate, a bin
SERVICE_AT = {service.code: at for at, service in enumerate(SERVICES)}
# What Parks looks after on its own grounds; in the harbour the port authority looks after everything.
PARK_SERVICES = (
    "overflowing_bin", "litter", "dog_fouling", "tree_issue", "fallen_tree", "leaves", "playground", "overgrown",
)  # fmt: skip
# Layers that name departments and tile the city: layer, area, how many areas.
DEPARTMENT_LAYERS = {
    "Sanitation": ("Collection areas", "Collection area", 9),
    "Streets": ("Street sections", "Street section", 8),
    "Lighting": ("Lighting circuits", "Circuit", 6),
    "Signals": ("Signal zones", "Signal zone", 4),
    "Water": ("Water zones", "Water zone", 7),
    "Parks": ("Green sections", "Green section", 6),
    "Health": ("Health areas", "Health area", 5),
    "Mobility": ("Parking zones", "Parking zone", 8),
    "Buildings": ("Inspection areas", "Inspection area", 4),
}
# Answers to residents: code, title, text, and the act each goes with. Closing notes are drawn from ENDINGS.
ANSWER_TEMPLATES = (
    ("D-1", "Received", "Thank you for reporting {service} at {address}. We look at it by {due}.", "acknowledge"),
    ("D-2", "More needed", "Thank you for reporting {service} at {address}. We need to know a little more.", "answer"),
    (
        "D-3",
        "Crew is on the way",
        "Thank you for reporting {service} at {address}. A crew will clear it by {due}.",
        "start work",
    ),
    ("D-4", "Scheduled", "{service} at {address} is planned for {date}.", "schedule"),
    ("D-5", "Fixed", "{service} at {address} is fixed. Tell us if it is not.", "close"),
    ("D-6", "Not found", "We were at {address} and did not find it. Tell us if it is still there.", "close"),
    ("D-7", "Not ours", "{address} is not public ground. The owner has been told.", "close"),
)
ENDINGS: dict[str, tuple[str, ...]] = {
    "illegal_dumping": (
        "Collected, one load.",
        "Taken away; owner not found.",
        "Collected and swept.",
        "Collected. Owner found and fined.",
        "Cleared by the morning round.",
    ),
    "missed_collection": (
        "Emptied on the extra round.",
        "Emptied the next morning.",
        "Street was closed for works; emptied since.",
        "Emptied.",
    ),
    "overflowing_bin": ("Emptied.", "Emptied, taken into the weekend round.", "Bin replaced.", "Emptied and washed."),
    "litter": ("Swept.", "Cleared and swept.", "Glass picked up by hand.", "Swept by the morning round."),
    "dog_fouling": ("Cleaned.", "Cleaned, bag dispenser filled.", "Washed down."),
    "dead_animal": ("Taken away.", "Taken away, owner told by the chip.", "Taken to the vet's store."),
    "bulky_waste": ("Collected.", "Collected by appointment.", "Nobody at the door; collected the second time."),
    "pothole": (
        "Filled with cold asphalt.",
        "Repaired, surface follows in spring.",
        "Cut out and repaired.",
        "Filled, three more nearby too.",
    ),
    "pavement_damage": (
        "Slab reset.",
        "Slabs relaid over six metres.",
        "Made safe with asphalt, stone follows.",
        "Kerb reset.",
    ),
    "graffiti": ("Cleaned.", "Painted over.", "Cleaned, protective coat put on.", "Removed with steam."),
    "snow_ice": ("Gritted.", "Cleared and gritted.", "Cleared by hand."),
    "road_obstruction": ("Removed.", "Moved to the side, firm called.", "Lit and fenced off.", "Cleared."),
    "street_light_out": (
        "Lamp replaced.",
        "Fuse replaced.",
        "Cable fault repaired.",
        "Timer reset.",
        "Changed to LED.",
    ),
    "lamp_post": ("Made safe, post replaced.", "Door closed and locked.", "Straightened.", "Post replaced."),
    "traffic_signal": (
        "Controller restarted.",
        "Lamp replaced.",
        "Repaired on site.",
        "Button replaced.",
        "Head turned back.",
    ),
    "street_sign": ("Sign replaced.", "Straightened.", "Branches cut back.", "Sign put up again."),
    "running_water": (
        "Leak closed.",
        "Pipe repaired.",
        "Valve closed, road repaired.",
        "Ground water, led to the drain.",
    ),
    "clogged_drain": ("Gully emptied.", "Flushed and working.", "Grating cleared.", "Pipe broken; repaired."),
    "hydrant": ("Closed.", "Seal replaced.", "Cap replaced.", "Hydrant replaced."),
    "flooded_street": ("Pumped dry.", "Drain opened, water gone.", "Burst main closed.", "Gone with the tide."),
    "tree_issue": (
        "Pruned.",
        "Dead wood taken out.",
        "Inspected, sound.",
        "Roots covered.",
        "Felled, a new one follows in autumn.",
    ),
    "fallen_tree": ("Cut and taken away.", "Road cleared.", "Made safe, rest follows."),
    "leaves": ("Cleared.", "Swept, drain cleared too.", "Blown and collected."),
    "playground": ("Repaired.", "Part replaced.", "Taken down, new one ordered."),
    "overgrown": ("Cut back.", "Mown.", "Owner told, cut back.", "Cleared to the kerb."),
    "rats": ("Bait laid, checked twice.", "Holes closed, bait laid.", "Bins locked, no more seen."),
    "abandoned_vehicle": ("Towed.", "Owner moved it.", "Notice put on, gone since.", "Towed and scrapped."),
    "blocked_bike_lane": ("Fine issued.", "Driver moved off.", "Checked on three days, two fines.", "Firm told."),
    "unsafe_building": ("Fenced off, owner told.", "Loose parts taken down.", "Boarded up.", "Inspected, no danger."),
}
# How requests end that nothing could be done about, and the outcome each of these notes stands for.
NOT_FOUND_OUTCOMES = ("not_found", "no_action", "outside_jurisdiction")
NOT_FOUND = ("Nothing found on site.", "Already gone when the crew came.", "Not public ground; owner told.")


def service_rows() -> list[dict[str, object]]:
    """Rows of the service table, in order, but for `agency_id`: the department's name stands under `agency`."""
    return [
        {
            "service_code": service.code, "service_name": service.name, "group": service.group,
            "description": service.description, "mapped": True, "agency": service.agency, "icon": service.icon,
            "deadline_working_h": float(service.deadline_working_h), "service_duration_s": service.minutes * 60,
            "priority": service.priority, "skills": list(service.skills),
        }
        for service in SERVICES
    ]  # fmt: skip


def question_rows() -> list[dict[str, object]]:
    """Rows of the service_question table, but for `service_id`: the service's code stands under `service_code`."""
    return [
        {
            "service_code": service.code, "position": position, "code": question.code, "datatype": question.datatype,
            "question": question.question, "required": question.required, "values": list(question.values),
        }
        for service in SERVICES
        for position, question in enumerate(service.questions, 1)
    ]  # fmt: skip
