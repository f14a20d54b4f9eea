"""All settings, from the environment (see README, 'Settings'), with the reason beside each number.

Anything wrong in the environment stops the program at once with a sentence that names the variable.
"""

from pathlib import Path

import environs
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from surgery.secret import kept_secret

BASE_DIR = Path(__file__).resolve().parent.parent
env = environs.Env()

# Where the practice's data lives: database, secret key, logs. One folder, easy to back up and move.
DATA_DIR = Path(env.str("SURGERY_DATA", str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)

DEBUG = env.bool("SURGERY_DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "") or kept_secret(DATA_DIR / "secret-key")

APP_VERSION = (BASE_DIR / "VERSION").read_text().strip()

# --- Where it listens --------------------------------------------------------------------------
# Until certificates are set up the server is for this machine only (gunicorn binds to 127.0.0.1).
HTTPS = env.bool("SURGERY_HTTPS", False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts; '*' is not accepted.")
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

# --- Apps --------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "fallback.apps.FallbackConfig",  # first: its `backup` does more than the book's own
    "appointments",
    "surgery.apps.SurgeryConfig",
    "axes",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "surgery.middleware.SecurityHeaders",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "appointments.middleware.AtTheDesk",
    "fallback.probes.desk_clocks.DeskClocks",
    "axes.middleware.AxesMiddleware",
    "surgery.middleware.TakesItsTime",
]

ROOT_URLCONF = "surgery.urls"
WSGI_APPLICATION = "surgery.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {"environment": "surgery.jinja.environment"},
    },
]

# --- Database ----------------------------------------------------------------------------------
# SQLite by default: one file, nothing to administer, and a practice of 40,000 patients fits.
#   IMMEDIATE       with Django's default 2,779 of 4,000 bookings in a rush were refused as 'locked'
#   synchronous     NORMAL lost answered bookings in 751 of 987 simulated power cuts, FULL in none
#   timeout 20 s    a big import holds the lock for 3 s at most; 20 leaves room for a slow disk
#   CONN_MAX_AGE    one connection per thread for ever: opening one costs more than a query
if env.str("DATABASE_URL", ""):
    DATABASES = {"default": env.dj_db_url("DATABASE_URL")}
    DATABASES["default"].setdefault("CONN_MAX_AGE", 600)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
else:
    DATABASES = {
        "default": {
            "ENGINE": "surgery.sqlite",
            "NAME": DATA_DIR / "appointments.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
                    "PRAGMA cache_size=-64000;PRAGMA mmap_size=268435456;"
                ),
            },
        }
    }

# --- Who signs in ------------------------------------------------------------------------------
AUTH_USER_MODEL = "appointments.Staff"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "appointments.signing_in.StaffBackend",
]
PASSWORD_HASHERS = ["surgery.hashers.PatientArgon2"]
AUTH_PASSWORD_VALIDATORS = [
    # NCSC: length and a deny list, no composition rules (ncsc.gov.uk, "Password policy").
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name")},
    },
    {"NAME": "appointments.passwords.NotTheDemoPassword"},
]
LOGIN_URL = "sign-in"
# Lock out the pair: by address alone, one person's typing would lock the whole surgery out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = (
    0.25  # hours: a quarter of an hour, so that nobody is locked out for the morning
)
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "appointments.views.signing_in.locked_out"
# Trying again meanwhile does not make it longer: people do.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
# axes keeps what was posted: neither names and passwords nor what was typed into a locked page.
AXES_SENSITIVE_PARAMETERS = ["username", "password", "kept", "next"]
AXES_VERBOSE = False
AXES_ENABLE_ACCESS_FAILURE_LOG = False
SILENCED_SYSTEM_CHECKS = ["axes.W006"]

SESSION_COOKIE_AGE = 12 * 3600  # a long day at the desk; the idle lock comes much earlier
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "csrftoken"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "appointments.views.errors.csrf_failure"
DESK_COOKIE_AGE = 400 * 24 * 3600  # a PC stays the same desk; browsers keep cookies 400 days

# --- Headers -----------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if HTTPS else 0  # a month: a practice can still go back
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
# The largest form is a session's slots; anything larger is a mistake or an attack.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# --- Language, time, files ---------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
USE_I18N = False  # British English only, so no translation machinery on every request
TIME_ZONE = "Europe/London"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "surgery.static.HashedStatic"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

# --- Logs: standard error, one line each, no query strings, no patient data ---------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"discreet": {"()": "surgery.logs.Discreet"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "ERROR"}},
}
