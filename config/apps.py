"""The configuration app: start-up checks, and the registration of all job handlers."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig

from config.registered import TASK_MODULES


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        import_module("config.celery")  # the default Celery app of this process
        import_module("config.checks")
        for module in TASK_MODULES:
            if find_spec(module) is not None:
                import_module(module)
