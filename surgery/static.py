"""How static files are named and compressed."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStatic(CompressedManifestStaticFilesStorage):
    """Names with a hash, so that browsers may keep them for ever; JavaScript imports included."""

    support_js_module_import_aggregation = True
