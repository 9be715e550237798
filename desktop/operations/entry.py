"""How a worker process is told to run an operation: by name, with plain arguments, over a store's location."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.store import open_store
from desktop.domain.clock import Clock
from desktop.operations.changes import Changes
from desktop.operations.work import Progress, ShouldStop, Work


def run_operation(
    name: str,
    location: str,
    actor: str,
    clock: Clock,
    arguments: Mapping[str, Any],
    *,
    progress: Progress,
    should_stop: ShouldStop,
) -> Changes:
    """Open the store, run one operation, close it; returns what changed. KeyError for an unknown name."""
    operation = _operations()[name]
    store = open_store(location)
    try:
        result = operation(Work(store, actor, clock, progress, should_stop), **arguments)
    finally:
        store.close()
    changes: Changes = result[0] if isinstance(result, tuple) else result
    return changes


def _operations() -> dict[str, Any]:
    """The operations that the window starts, imported when a worker needs them."""
    from desktop.operations import handle_requests as acts
    from desktop.operations.archive import archive_quiet
    from desktop.operations.area_layers import make_area_layer, remove_area_layer, rename_area_layer, repair_area_layer
    from desktop.operations.assign_all import assign_all
    from desktop.operations.assign_arrivals import assign_arrivals
    from desktop.operations.decide_duplicates import (
        accept_duplicates,
        join_incident,
        reject_duplicates,
        split_duplicates,
        take_out,
    )
    from desktop.operations.duplicates import group_duplicates
    from desktop.operations.edit_areas import save_areas
    from desktop.operations.edit_roster import (
        cancel_absence,
        enter_absence,
        forget_member,
        remove_from_roster,
        save_roster,
    )
    from desktop.operations.export import export_requests
    from desktop.operations.export_areas import export_areas
    from desktop.operations.export_routes import export_routes
    from desktop.operations.export_statistic import export_statistic
    from desktop.operations.hand_back import hand_back
    from desktop.operations.hotspots import find_hotspots
    from desktop.operations.import_addresses import import_addresses
    from desktop.operations.import_areas import import_areas
    from desktop.operations.import_assets import import_assets
    from desktop.operations.import_requests import import_requests
    from desktop.operations.import_streets import import_streets
    from desktop.operations.judge_arrivals import judge_arrivals
    from desktop.operations.judge_points import decide_point
    from desktop.operations.learn_duplicates import learn_duplicates
    from desktop.operations.mark_duplicates import mark_duplicate
    from desktop.operations.name_asset import name_asset
    from desktop.operations.plan_edits import save_plan, solve_around, work_out_travel
    from desktop.operations.plan_routes import plan_routes
    from desktop.operations.plan_sheets import print_sheets
    from desktop.operations.push_messages import push_messages
    from desktop.operations.recategorise import recategorise
    from desktop.operations.record_stop import record_stop
    from desktop.operations.replan_routes import replan_routes
    from desktop.operations.resend_messages import do_not_send, send_again
    from desktop.operations.rule_sets import roll_back, save_rules
    from desktop.operations.saved_views import remove_view, rename_view, save_view
    from desktop.operations.send_messages import send_messages
    from desktop.operations.service_report import write_report
    from desktop.operations.service_times import learn_service_times
    from desktop.operations.set_city import set_city
    from desktop.operations.spatial_statistics import ask_statistic
    from desktop.operations.templates import remove_template, save_template, save_templates
    from desktop.operations.undo import undo

    found = (
        assign_all,
        group_duplicates,
        find_hotspots,
        ask_statistic,
        import_addresses,
        import_areas,
        save_areas,
        make_area_layer,
        remove_area_layer,
        rename_area_layer,
        repair_area_layer,
        import_assets,
        import_requests,
        import_streets,
        judge_arrivals,
        assign_arrivals,
        decide_point,
        name_asset,
        plan_routes,
        save_plan,
        solve_around,
        replan_routes,
        work_out_travel,
        print_sheets,
        export_routes,
        hand_back,
        export_requests,
        export_areas,
        export_statistic,
        save_view,
        rename_view,
        remove_view,
        acts.acknowledge,
        acts.comment,
        acts.start_work,
        acts.schedule,
        acts.assign_to,
        recategorise,
        acts.close,
        acts.reopen,
        acts.refer,
        mark_duplicate,
        accept_duplicates,
        reject_duplicates,
        split_duplicates,
        join_incident,
        take_out,
        learn_duplicates,
        archive_quiet,
        undo,
        save_template,
        save_templates,
        remove_template,
        set_city,
        save_rules,
        roll_back,
        send_messages,
        push_messages,
        send_again,
        do_not_send,
        save_roster,
        remove_from_roster,
        enter_absence,
        cancel_absence,
        forget_member,
        record_stop,
        learn_service_times,
        write_report,
    )
    return {function.__name__: function for function in found}
