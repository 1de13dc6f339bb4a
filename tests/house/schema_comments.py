"""Every part of every schema carries a comment above it, in sentences; a field's says what unset means."""

import re
import sys
from pathlib import Path

import tree

BLOCK = re.compile(r"(message|enum)\s+(\w+)\s*\{")
FIELD = re.compile(r"(?:optional|repeated|required)\s+[\w.]+\s+(\w+)\s*=\s*\d+|[\w.]+\s+(\w+)\s*=\s*\d+|map\s*<[^>]*>\s+(\w+)")
VALUE = re.compile(r"(\w+)\s*=\s*-?(?:0x)?\d+")
# Ends like a sentence and does not begin with a small letter, unless the first word is a name with a figure (bfloat16).
SENTENCE = re.compile(r"""(?:[^a-z]|[a-z]+\d).*[.!?]["')]?""")
# A value of one word ("RELU", "MAX") whose enum says what its values are speaks for itself.
OBVIOUS = re.compile(r"[A-Z]+\d*|\w+_UNSET")


def comment_above(texts, index):
    """The comment that ends on the line above `index`, joined, or None."""
    begin = index
    while begin > 0 and texts[begin - 1].startswith("//"):
        begin -= 1
    return " ".join(text.lstrip("/").strip() for text in texts[begin:index]) if begin < index else None


def needs_comment(text, kinds):
    """What stands on this line that carries a comment: (its name, whether it must), or None. `kinds`: blocks around it."""
    if match := BLOCK.match(text):
        return f"{match[1]} {match[2]}", True
    if kinds and kinds[-1] == "enum":
        match = VALUE.match(text)
        return (match[1], not OBVIOUS.fullmatch(match[1])) if match else None
    if kinds and kinds[-1] in ("message", "oneof", "extend"):
        match = FIELD.match(text)
        return (match[1] or match[2] or match[3], True) if match else None
    return None


def silent_when_unset(code, comment, kinds):
    """Whether this is an optional field whose comment leaves open what its absence means."""
    if not (kinds and kinds[-1] == "message" and code.startswith("optional ")) or "required: true" in code:
        return False
    return comment is not None and not re.search(r"\b(Unset|unset|Required|required)\b", comment)


def violations(root):
    found = []
    for path in tree.files(root):
        if path.suffix != ".proto":
            continue
        texts = [line.strip() for _, line in tree.lines(root, path)]
        kinds = []
        for index, text in enumerate(texts):
            code = re.sub(r'"(?:[^"\\]|\\.)*"', '""', text).split("//")[0]
            thing = needs_comment(code, kinds)
            if thing:
                comment = comment_above(texts, index)
                if comment is None and thing[1]:
                    found.append(f"{path}:{index + 1}: {thing[0]} has no comment above it")
                elif comment is not None and not SENTENCE.fullmatch(comment):
                    found.append(f"{path}:{index + 1}: the comment of {thing[0]} is not in whole sentences: {comment}")
                elif silent_when_unset(code, comment, kinds):
                    found.append(f"{path}:{index + 1}: the comment of {thing[0]} does not say what unset means")
            for brace in re.findall(r"(?:\b(message|enum|oneof|extend)\b[^{]*)?(\{)|(\})", code):
                if brace[1]:
                    kinds.append(brace[0] or "options")
                elif kinds:
                    kinds.pop()
    return found


if __name__ == "__main__":
    sys.exit(tree.report(violations(Path(sys.argv[1])), "every part of a schema carries a comment in sentences"))
