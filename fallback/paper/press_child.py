"""Compile documents with Typst: the short-lived process behind `press`.

It is started by its path with `python -I`, so it knows nothing of Django, of the database or of
this package. In: a JSON list on standard input, each `{"template", "document", "at"}`. Out: one
line of JSON on standard output, for each `{"bytes", "pages", "is_tagged"}` or `{"fault"}`, and then
the PDFs one after another.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FONTS = HERE / "fonts"
TEMPLATES = HERE.parent.parent / "templates" / "paper"

CPU_LIMIT = 120  # seconds; whoever started it gives up sooner, unless it died meanwhile
MEMORY_LIMIT = 4 * 1024**3  # bytes of address space; 60 pages take a tenth

# In this order: accessible (PDF/UA-1, checked by the compiler), tagged as well as it goes, plain.
WAYS: tuple[dict[str, Any], ...] = (
    {"pdf_standards": "ua-1", "pdf_tags": True},
    {"pdf_tags": True},
    {"pdf_tags": False},
)


def compiled(typst: Any, fonts: Any, asked: dict[str, Any]) -> tuple[bytes, bool]:
    """Compile one document the best way that the compiler accepts: (PDF, whether tagged)."""
    compiler = typst.Compiler(
        input=TEMPLATES / asked["template"],
        root=TEMPLATES,
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs={"document": asked["document"]},
        package_path=HERE / "no-packages",
        package_cache_path=HERE / "no-packages",
    )
    for way in WAYS:
        try:
            return compiler.compile(format="pdf", timestamp=asked["at"], **way), way["pdf_tags"]
        except BaseException as trouble:
            # The compiler's panics are no Exceptions; and what is plain has nothing to fall to.
            if way is WAYS[-1] or isinstance(trouble, (KeyboardInterrupt, MemoryError)):
                raise
    raise AssertionError("the last way gives or raises")


def main() -> None:
    """Read what is asked, answer with PDFs."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT, CPU_LIMIT))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold patients' names
    import pypdfium2
    import typst

    asked = json.loads(sys.stdin.buffer.read())
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
    )
    answers: list[dict[str, Any]] = []
    pdfs = []
    for document in asked:
        try:
            pdf, is_tagged = compiled(typst, fonts, document)
        except BaseException as trouble:
            # Only the compiler's own sentence: where it happened may quote a patient's name.
            said = str(getattr(trouble, "message", type(trouble).__name__))
            answers.append({"fault": f"{document['template']}: {said}"})
            continue
        with pypdfium2.PdfDocument(pdf) as opened:
            answers.append({"bytes": len(pdf), "pages": len(opened), "is_tagged": is_tagged})
        pdfs.append(pdf)
    sys.stdout.buffer.write(json.dumps(answers).encode() + b"\n" + b"".join(pdfs))


if __name__ == "__main__":
    main()
