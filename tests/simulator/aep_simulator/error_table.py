"""The errors of the gateway and of the Flow Service, as Adobe published them (api-facts.md 1.4, 5.1, 6.3 to 6.5).

The simulator answers with those that its operations can produce; the others stand here so that a user can switch them on
as faults, by code.
"""

from __future__ import annotations

_INVALID = "Invalid request"
_MISSING = "Header is missing"
_INTERNAL = "Internal Error"
_SANDBOX = "Sandbox not found"

# Flow Service code, whose end is the HTTP status -> title and text.
FLOW: dict[str, tuple[str, str]] = {
    "1100-400": (_INVALID, "The request could not be processed. Error from flow provider: {text}"),
    "1101-404": (
        "Resource not found",
        "The request could not be processed. Error from flow provider: Resource with given id does not exist.",
    ),
    "1102-500": (_INTERNAL, "An internal error has occurred. Please try again."),
    "1103-503": ("Service Unavailable", "The service is temporarily unavailable. Please try again."),
    "1104-504": ("Gateway Timeout", "The service did not answer in time. Please try again."),
    "1300-400": (_INVALID, "The patch connection request is not supported for {kind} connector."),
    "1304-400": (_INVALID, "The mandatory field {field} is not provided. Please provide the {field} and try again."),
    "1312-400": (_INVALID, "The provided param value {value} is not a valid input for property={field}."),
    "1330-400": (_INVALID, "No columns were found for table {table}."),
    "1336-400": (_INVALID, "The request is not supported for this connection spec."),
    "1337-400": (_INVALID, "The {field} cannot be empty for objectType={kind}."),
    "1358-400": (_INVALID, "The provided param 'objectType' is invalid."),
    "1359-400": (_INVALID, "The param 'objectType' is missing."),
    "1360-400": (
        _INVALID,
        "The start time of the schedule has passed. Please provide one in the future and try again.",
    ),
    "1361-400": (_INVALID, "The interval is not allowed when frequency is once."),
    "1362-400": (_INVALID, "The interval provided is not valid. The interval must be at least {least}."),
    "1363-400": (_INVALID, "The interval is not allowed with the frequency {frequency}."),
    "1364-400": (_INVALID, "The backfill is not allowed when frequency is once."),
    "1365-400": (_INVALID, "The path {path} of the patch request is invalid. Please check the path and try again."),
    "1366-400": (_INVALID, "The start time of the flow has passed, so that it cannot be updated."),
    "1367-400": (_INVALID, "The delta column is required. Please provide the delta column and try again."),
    "1368-400": (_INVALID, "The parameter 'mode' is not allowed in the flow request."),
    "1369-400": (_INVALID, "The delta column is not allowed when frequency is once."),
    "1370-400": (
        _INVALID,
        "The mapping transformation is missing in the request, so that source columns cannot be fetched.",
    ),
    "1400-500": (_INTERNAL, "An internal error has occurred. Please try again."),
    "1401-400": (_INVALID, "The limit and count parameters cannot be given together in the same request."),
    "1402-400": (_INVALID, "The action '{action}' is supported for provider requests only."),
    "1403-400": (_MISSING, "The header 'If-Match' is missing in the request. Please provide the header and try again."),
    "1404-412": (
        "Version not matching",
        "The supplied version '{given}' does not match the current version on entity '{current}'.",
    ),
    "1405-400": (_INVALID, "The request body cannot be null or empty. Please provide a request body and try again."),
    "1410-400": (_INVALID, "`State` is not allowed in the create flow request."),
    "1413-400": (_INVALID, "The spec ID provided is  invalid. Please provide a valid spec ID and try again."),
    "1414-400": (_INVALID, "The connection spec of a connection cannot be updated."),
    "1415-400": (_INVALID, "The auth spec '{name}' could not be found for the connection spec ID {id}."),
    "1416-400": (_INVALID, "Delete or Update can only be applied on connection with enabled, disabled or initializing state."),
    "1417-400": (_INVALID, "Delete or Update on Connections in `initializing` state are not allowed with UserToken."),
    "1418-400": (
        _INVALID,
        "The base connection with the ID {id} cannot be deleted because the base connection is being used in one or more "
        "flows. Please ensure that corresponding flows are deleted before deleting a base connection.",
    ),
    "1419-400": (_INVALID, "The mapping set of the flow is not valid: {text}"),
    "1420-400": (_INVALID, "The flow in state {state} cannot be updated."),
    "1421-400": (_INVALID, "The flow in state {state} cannot be transitioned."),
    "1422-400": (_INVALID, "The action {action} is not applicable to a flow in state {state}."),
    "1425-400": (_INVALID, "The target schema of the flow is not valid: {text}"),
    "1426-400": (_INVALID, "The user token is not authorized to create or update a connection spec."),
    "1427-400": (_INVALID, "The user token is not authorized to create or update flow runs."),
    "1432-400": (_INVALID, "Sort order specified is not correct, prepend + for ascending order and - for descending order."),
    "1433-400": (_INVALID, "Incorrect field= {field} passed in orderBy, example are +name, -name, name."),
    "1434-400": (_INVALID, "Unsupported operation '{op}' received."),
    "1435-400": (_INVALID, "The action '{action}' is not valid."),
    "1439-404": (
        "Resource not found",
        "The requested {kind} resource {id} is not found. Verify the resource ID before trying again.",
    ),
    "1439-400": (
        "Resource not found",
        "The requested {kind} resource {id} is not found. Verify the resource ID before trying again.",
    ),
    "1440-400": (_INVALID, "Operator '{sign}' not implemented."),
    "1443-400": (_INVALID, "Operator '{sign}' is not allowed for multiple values."),
    "1445-400": (_INVALID, "PATCH Connection Feature not enabled."),
    "1446-400": (_INVALID, "The flow ID cannot be null or empty. Please provide a flow ID and try again."),
    "1447-400": (_INVALID, "Found active flows containing id {id}."),
    "1448-400": (_INVALID, "Operator {sign} not supported for field {field}."),
    "1449-400": (_INVALID, "Invalid field {field} in filter params."),
    "1450-400": (_INVALID, "Invalid operator {sign} in filter params."),
    "1451-400": (_INVALID, "Invalid params {field} provided in query params."),
    "1452-400": (_INVALID, "Invalid value {value} for field {field}."),
    "1453-400": (_INVALID, "Invalid query value {text} provided in query param."),
    "1454-400": (_INVALID, "Unhandled Filter Value Type provided."),
    "1455-400": (_INVALID, 'An error has occurred while validating patch instructions: Missing field "{field}".'),
    "1456-400": (_INVALID, "State {state} is not a valid value. Allowed values are [enabled, disabled, initializing]."),
    "1457-400": (_INVALID, "Operation update cannot be applied in state {state}."),
    "1458-400": (_INVALID, "Operation delete cannot be applied in state {state}."),
    "2000-401": ("Invalid authorization token", "The token has no access to this organization, or it does not exist."),
    "2001-401": (_MISSING, "The header x-gw-ims-org-id is missing or empty."),
    "2100-404": (_SANDBOX, "The sandbox with the name '{name}' could not be found."),
    "2105-400": (
        _MISSING,
        "The header x-sandbox-name is missing in the request. Please add the header in the request and try again.",
    ),
    "2106-404": (_SANDBOX, "The default sandbox could not be found."),
    "2110-400": ("Headers not allowed", "The header x-sandbox-id is not allowed with the user token."),
    "2112-400": (_INVALID, "A request across sandboxes is not supported here."),
    "2118-403": ("Missing permission", "The permission write is missing. Please contact your administrator."),
    "2120-403": (
        "Forbidden",
        "You do not have sufficient permissions to perform the operation. "
        "Please contact your administrator to resolve permissions and try again.",
    ),
    "2121-403": ("Forbidden", "The permission manage is denied on resource Enterprise Source."),
    "2200-500": (_INTERNAL, "The call to the Catalog Service failed. Please try again."),
    "2250-500": (_INTERNAL, "The call to Data Prep failed. Please try again."),
}

# Gateway code -> HTTP status and text. A missing token is 403, an invalid one 401: it is so.
GATEWAY: dict[str, tuple[int, str]] = {
    "400003": (400, "Missing header"),
    "401013": (401, "Oauth token is not valid"),
    "401015": (401, "Scope mismatch"),
    "403000": (403, "Api Key is required"),
    "403003": (403, "Api Key is invalid"),
    "403010": (403, "Oauth token is missing"),
    "403025": (403, "Profile is not valid"),
    "403027": (403, "User region is missing"),
    "429050": (429, "Too many requests"),
    "503000": (503, "Service is not available"),
}
