"""A knob for each thing that Adobe leaves open, or says in two ways, about dataflows and what they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from aep_simulator.knob import Knob


@dataclass(frozen=True)
class DataflowSettings:
    """Every setting of dataflows, with the default that api-facts.md assumes."""

    columns_optional: Annotated[bool, Knob("whether a source connection may leave out its columns", "10 row 30")] = True
    schema_version: Annotated[
        Literal["both", "1", "1.0"], Knob("version in a target connection's data.schema.version that is accepted", "10 row 31")
    ] = "both"
    target_schema_key: Annotated[
        Literal["id", "schemaId"], Knob("name by which a target connection shows the id of its schema", "10 row 31")
    ] = "id"
    bad_dataset: Annotated[
        Literal["1312-400", "1439-404", "2200-500"],
        Knob("error of a target connection whose dataset is not there", "10 row 32"),
    ] = "1312-400"
    flow_spec_answer: Annotated[
        Literal["items", "object"], Knob("whether a flow spec is wrapped in items, or stands alone", "10 row 33")
    ] = "items"
    transformation_spec_key: Annotated[
        Literal["transformationSpec", "transformationSpecs"],
        Knob("name of the transformations in a flow spec", "10 row 33"),
    ] = "transformationSpec"
    schedule_numbers: Annotated[
        Literal["any", "number", "text"], Knob("how numbers in scheduleParams may be sent", "10 row 34")
    ] = "any"
    schedule_view: Annotated[
        Literal["as_sent", "number", "text"], Knob("how numbers in scheduleParams are shown", "10 row 34")
    ] = "as_sent"
    schedule_defaults: Annotated[bool, Knob("whether backfill is shown where it was not sent", "10 row 34")] = False
    check_date_format: Annotated[
        bool, Knob("whether yyyy-MM-dd HH:mm:ss is the only date format of a delta column that is accepted", "10 row 35")
    ] = False
    patch_flow_paths: Annotated[
        tuple[str, ...], Knob("paths of a flow that can be patched; a star stands for one part", "10 row 36")
    ] = (
        "/name",
        "/description",
        "/scheduleParams/frequency",
        "/scheduleParams/interval",
        "/scheduleParams/startTime",
        "/transformations/*",
    )
    patch_once: Annotated[bool, Knob("whether the schedule of a flow that runs once can be patched", "10 row 36")] = False
    patch_delta_rule: Annotated[bool, Knob("whether a patch that takes a flow's delta column away is refused", "10 row 36")] = (
        False
    )
    operation_seconds: Annotated[float, Knob("for how long lastOperation of a flow goes on", "10 row 37")] = 0.0
    operation_result: Annotated[
        Literal["completed", "failed"], Knob("how changes and actions of a flow end; failed leaves it as it was", "10 row 37")
    ] = "completed"
    operation_states: Annotated[
        Literal["transition", "final"],
        Knob("state of a flow meanwhile: updating, enabling or disabling, or the state that it will have", "10 row 37"),
    ] = "transition"
    action_spelling: Annotated[
        Literal["any", "lower", "upper"], Knob("spelling of op that a flow's action accepts", "10 row 38")
    ] = "any"
    repeat_action: Annotated[
        Literal["refuse", "accept"], Knob("whether a disabled flow can be disabled, and an enabled one enabled", "10 row 38")
    ] = "refuse"
    delete_used_parts: Annotated[
        Literal["refuse", "accept"], Knob("whether source and target connections of a flow can be deleted", "10 row 39")
    ] = "refuse"
    flow_cascade: Annotated[
        Literal["none", "parts", "all"],
        Knob("what is deleted with a flow: its source and target connections, and with all its mapping set", "10 row 39"),
    ] = "none"
    runs_link: Annotated[
        Literal["property", "flow"], Knob("form of runs in a flow: /runs?property=... or /flows/.../runs", "10 row 40")
    ] = "property"
    run_spelling: Annotated[
        Literal["monitor", "spec"], Knob("names in a run: etag and activities, or eTag and activites", "10 row 40")
    ] = "monitor"
    run_answer: Annotated[
        Literal["items", "object"], Knob("whether the answer to a new run is wrapped in items", "10 row 41")
    ] = "items"
    run_units: Annotated[Literal["seconds", "milliseconds"], Knob("unit of the times of a new run", "10 row 41")] = "seconds"
    run_seconds: Annotated[float, Knob("for how long a run is in progress", "10 row 42")] = 0.0
    failed_counts: Annotated[Literal[0, -1], Knob("what a failed run counts", "10 row 42")] = 0
    status_filter: Annotated[
        Literal["blind", "exact"], Knob("whether a filter by the status of runs is blind to case", "10 row 42")
    ] = "blind"
    mapping_dialect: Annotated[
        Literal["both", "new", "old"],
        Knob(
            "rules that a mapping set may have: source and destination, or sourceAttribute and destinationXdmPath", "10 row 43"
        ),
    ] = "both"
    mapping_dialect_shown: Annotated[
        Literal["both", "new", "old"], Knob("which of these names rules are shown with", "10 row 43")
    ] = "both"
    attribute_type: Annotated[str, Knob("what sourceType ATTRIBUTE is shown as", "10 row 43")] = "text/x.schema-path"
    expression_type: Annotated[str, Knob("what sourceType EXPRESSION is shown as", "10 row 43")] = "EXPRESSION"
    mapping_checked: Annotated[
        bool, Knob("whether a mapping set is checked against its schema when it is made or changed", "10 row 44")
    ] = False
    mapping_follows: Annotated[
        bool, Knob("whether flows use the newest version of a mapping set, whatever they were made with", "10 row 44")
    ] = False
    mapping_start_required: Annotated[bool, Knob("whether the list of mapping sets needs start and limit", "10 row 45")] = False
    mapping_name_filter: Annotated[
        Literal["exact", "contains", "ignore"], Knob("what name in that list means", "10 row 45")
    ] = "exact"
    mapping_sets_deletable: Annotated[bool, Knob("whether mapping sets can be deleted", "10 row 39")] = True
    dataset_name_filter: Annotated[
        Literal["exact", "blind", "contains"],
        Knob("what name in the list of datasets means: the same, the same but for case, or a part", "10 row 46"),
    ] = "exact"
