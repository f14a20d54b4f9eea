"""How static files are named and compressed."""

from collections.abc import Iterator
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

# django-htmx's extensions, which no page uses: what stands in their comments reads like imports.
UNUSED = "django_htmx/ext/"


class HashedStatic(CompressedManifestStaticFilesStorage):
    """Names with a hash, so that browsers may keep them for ever; JavaScript imports included."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], *args: Any, **options: Any) -> Iterator[Any]:
        """Hash and compress what pages use."""
        used = {name: path for name, path in paths.items() if not name.startswith(UNUSED)}
        yield from super().post_process(used, *args, **options)
