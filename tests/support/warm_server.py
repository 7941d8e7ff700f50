"""A process that has imported Ansible, and forks for each command of it; another one does the same for ordinary modules.

warm.py starts it, and says what it is for. It ends when its standard input does.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import pathlib
import runpy
import select
import shutil
import socket
import sys

COLLECTION = "ansible_collections.aep.sources.plugins"
KINDS = "action cache callback connection filter inventory lookup shell strategy test"
OF_MODULES = "ansible.module_utils.basic ansible.module_utils.common.text.converters ansible.module_utils.urls requests"


def import_commands() -> None:
    """Import what most commands import and read, before any of them is known."""
    for name in ("adhoc", "inventory", "playbook", "vault"):
        importlib.import_module(f"ansible.cli.{name}")
    importlib.import_module("ansible.executor.playbook_executor")
    loader = importlib.import_module("ansible.plugins.loader")
    loader.init_plugin_loader()
    importlib.import_module("ansible.cli").init_plugin_loader = lambda *_: None  # it would say that it was done already
    for kind in KINDS.split():
        list(getattr(loader, f"{kind}_loader").all(**({} if kind in {"filter", "test"} else {"class_only": True})))
    for file in sorted(pathlib.Path(importlib.import_module(COLLECTION).__path__[0]).glob("*/*.py")):
        if file.parent.name in {"action", "filter", "inventory", "lookup"}:
            getattr(loader, f"{file.parent.name}_loader").get(f"aep.sources.{file.stem}", class_only=True)


def run_command(folder: pathlib.Path) -> None:
    """Do what a command does, with the settings of this process's environment."""
    constants = importlib.import_module("ansible.constants")
    atexit.unregister(importlib.import_module("ansible.utils.path").cleanup_tmp_file)  # of what was made before the fork
    for name in constants.config.get_configuration_definitions():
        setattr(constants, name, constants.config.get_config_value(name, variables=vars(constants)))
    (pathlib.Path(constants.DEFAULT_LOCAL_TMP) / "ansiballz_cache").symlink_to(folder / "ansiballz_cache")
    let_modules_begin_warm(str(folder / "python"))
    command = pathlib.Path(sys.argv[0]).name.removeprefix("ansible").removeprefix("-") or "adhoc"
    importlib.import_module(f"ansible.cli.{command}").main()


def let_modules_begin_warm(stand_in: str) -> None:
    """Let the stand-in for this Python run the modules that Ansible itself would let it run, as the same user."""
    connection = importlib.import_module("ansible.plugins.connection.local").Connection
    execute = connection.exec_command

    def exec_command(self: object, cmd: str, *more: object, **options: object) -> object:
        if cmd.startswith("/bin/sh -c ") and "/AnsiballZ_" in cmd:
            cmd = cmd.replace(f"{sys.executable} ", f"{stand_in} ")
        return execute(self, cmd, *more, **options)

    connection.exec_command = exec_command


def serve(listener: socket.socket) -> bool:
    """Fork for each request, and return True in the new process, with its arguments, environment, folder and files."""
    gc.freeze()  # what is never collected is not copied for each process
    while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
        connection, _address = listener.accept()
        if os.fork() == 0:
            listener.close()
            receive(connection)
            return True
        connection.close()
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass
    return False


def receive(connection: socket.socket) -> None:
    """Fork once more, and return in the new process; tell how it ended."""
    message, files, _flags, _address = socket.recv_fds(connection, 1 << 16, 3)
    with connection.makefile("rb") as rest:
        request = json.loads(message + rest.read())
    if process := os.fork():
        for file in files:
            os.close(file)
        connection.sendall(b"%d" % os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
        os._exit(0)
    connection.close()
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    sys.argv = request["arguments"]
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    os.umask(request["umask"])


def main() -> None:
    """Serve commands, and in a process of its own modules, which must not find the code of commands imported."""
    folder = pathlib.Path(sys.argv[1])
    commands, modules = (socket.socket(fileno=int(number)) for number in sys.argv[2:])
    if os.fork() == 0:
        commands.close()
        for name in OF_MODULES.split():
            importlib.import_module(name)
        if serve(modules):
            runpy.run_path(sys.argv[0], run_name="__main__")
    else:
        modules.close()
        import_commands()
        if serve(commands):
            run_command(folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
