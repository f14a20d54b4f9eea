"""What may be wrong with a folder, in words for the people who can mend it."""

import errno

WORDS = {
    errno.ENOSPC: "is full",
    errno.EDQUOT: "is full (its quota is used up)",
    errno.EFBIG: "is full, or takes no files of this size",
    errno.EROFS: "can only be read, not written",
    errno.EACCES: "may not be written by this program",
    errno.EPERM: "may not be written by this program",
    errno.ENOENT: "is not there: is the PC on, the stick in?",
    errno.ENOTDIR: "is not a folder",
    errno.EIO: "has a fault: it could not be read or written",
    errno.ENODEV: "is not there: is the PC on, the stick in?",
    errno.ENXIO: "is not there: is the PC on, the stick in?",
    errno.ESTALE: "is not there any more: is the PC on?",
    errno.ETIMEDOUT: "does not answer",
    errno.EHOSTDOWN: "does not answer: is the PC on?",
    errno.EHOSTUNREACH: "does not answer: is the PC on?",
    errno.ENOTCONN: "does not answer: is the PC on?",
    errno.ENAMETOOLONG: "takes no names as long as ours",
}
NOT_MARKED = (
    "is there, but it is not the folder that was set up (another stick, or the share is not "
    "connected). To use it from now on, save the place again under Settings"
)
TAKEN = "is used for other safe copies already"


class Trouble(Exception):  # noqa: N818  (an answer, not an error)
    """Something is wrong with the place; the text goes on after its name."""


def in_words(error: OSError) -> str:
    """Say what a system error means for a place: 'is full'."""
    return WORDS.get(error.errno or 0, f"could not be written ({error.strerror})")
