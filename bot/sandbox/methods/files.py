"""Files that people gave to the app in a form: what the app may know of one."""

from bot.sandbox.methods.registry import Call, SlackError, method
from bot.sandbox.model import File, Json
from bot.sandbox.state import State


def shown(state: State, file: File) -> Json:
    """A file as forms and `files.info` name it."""
    url = f"{state.base_url()}/files-pri/{state.settings.team_id}-{file.id}"
    return {
        "id": file.id,
        "created": int(file.at),
        "name": file.name,
        "title": file.name,
        "filetype": file.name.rpartition(".")[2].lower(),
        "user": file.user,
        "mode": "hosted",
        "is_external": False,
        "size": len(file.content),
        "url_private": f"{url}/{file.id}",
        "url_private_download": f"{url}/download/{file.id}",
    }


def in_form(state: State, file: File) -> Json:
    """A file in a submitted form: of one from another workspace only that it has to be asked for."""
    if file.elsewhere:
        return {"id": file.id, "mode": "file_access", "file_access": "check_file_info", "user": file.user}
    return shown(state, file)


@method("files.info", scopes="files:read", required="file", optional="count cursor limit page", tier=4)
def info(call: Call) -> Json:
    """What is known of a file that was given to the app."""
    file = call.state.files.get(call.text("file"))
    if file is None:
        raise SlackError("file_not_found")
    if file.deleted:
        raise SlackError("file_deleted")
    return {"file": shown(call.state, file)}
