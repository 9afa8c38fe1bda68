"""Finds the places of a C++ source where a small fault can be planted, and plants them (see mutants)."""

import re

# ---- Tokens -------------------------------------------------------------------------------------------------------------
# Enough of C++ for sources that clang-format laid out: a binary < or > has blanks around it, that of a template has not.

TOKEN = re.compile(r"""
    (?P<skip>   \s+ | //[^\n]* | /\*.*?\*/ | (?<![^\n])\#[^\n]*(?:\\\n[^\n]*)* )
  | (?P<text>   (?:u8|[uUL])?R"(?P<mark>[^()\\\s]*)\(.*?\)(?P=mark)" | (?:u8|[uUL])?"(?:\\.|[^"\\])*" | (?:u8|[uUL])?'(?:\\.|[^'\\])+' )
  | (?P<number> \.?\d(?:[eEpP][+-]|'?[\w.])* )
  | (?P<name>   [A-Za-z_]\w* )
  | (?P<sign>   <=> | \.\.\. | <<= | ->\* | :: | -> | \+\+ | -- | << | <= | >= | == | != | && | \|\| | [-+*/%&|^]= | . )
""", re.VERBOSE | re.DOTALL)

LEVEL = {"||": 1, "&&": 2, "|": 3, "^": 4, "&": 5, "==": 6, "!=": 6, "<": 7, "<=": 7, ">": 7, ">=": 7, "<=>": 8, "<<": 9}
STOPS = {",", ";", "?", ":", "=", "+=", "-=", "*=", "/=", "%=", "|=", "&=", "^=", "<<=",
         "return", "throw", "case", "else", "do", "co_return"}
OPENERS = {"(": ")", "[": "]", "{": "}"}
ASSIGNMENTS = {"=", "+=", "-=", "*=", "/=", "%=", "|=", "&=", "^=", "<<="}
NOT_STATEMENTS = {"return", "throw", "case", "default", "break", "continue", "goto", "using", "typedef", "namespace", "template", "struct",
                  "class", "enum", "union", "friend", "public", "private", "protected", "static", "const", "constexpr", "auto", "if", "for",
                  "while", "do", "switch", "try", "catch", "else", "static_assert", "delete", "new", "extern", "inline", "explicit",
                  "virtual", "mutable", "void", "bool", "int", "char", "unsigned", "long"}
OPPOSITE = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "&&": "||", "||": "&&"}


class Token:
    def __init__(self, kind, text, start):
        self.kind, self.text, self.start, self.end = kind, text, start, start + len(text)
        self.spaced = False  # blanks on both sides
        self.partner = None  # of a bracket
        self.parent = None  # the bracket that the token stands in
        self.angled = False  # among the arguments of a template
        self.frozen = False  # must be known to the compiler


def tokens_of(source):
    tokens, blank = [], True
    for match in TOKEN.finditer(source):
        kind = match.lastgroup if match.lastgroup != "mark" else "text"
        if match["skip"] is not None:
            blank = True
            continue
        token = Token(kind, match[0], match.start())
        token.spaced = blank and source[token.end:token.end + 1].isspace()
        tokens.append(token)
        blank = False
    match_brackets(tokens)
    match_angles(tokens)
    freeze(tokens)
    return tokens


def match_brackets(tokens):
    stack = []
    for at, token in enumerate(tokens):
        if token.kind == "sign" and token.text in OPENERS.values():
            opener = stack.pop()
            if OPENERS[tokens[opener].text] != token.text:
                raise ValueError(f"{token.text} closes {tokens[opener].text}")
            token.partner, tokens[opener].partner = opener, at
        token.parent = stack[-1] if stack else None
        if token.kind == "sign" and token.text in OPENERS:
            stack.append(at)
    if stack:
        raise ValueError("a bracket is not closed")


def match_angles(tokens):
    stack = []
    for at, token in enumerate(tokens):
        while stack and tokens[stack[-1]].parent != token.parent and not inside(tokens, at, tokens[stack[-1]].parent):
            stack.pop()
        token.angled = bool(stack)
        if token.kind != "sign":
            continue
        opens = token.text == "<" and not token.spaced and at and (tokens[at - 1].kind == "name" or tokens[at - 1].text == "]")
        if opens:
            stack.append(at)
        elif token.text == ">" and stack and not token.spaced:
            opener = stack.pop()
            token.partner, tokens[opener].partner = opener, at


def inside(tokens, at, bracket):
    parent = tokens[at].parent
    while parent is not None and parent != bracket:
        parent = tokens[parent].parent
    return parent == bracket


def freeze(tokens):
    """Marks what stands in a constant expression."""
    for at, token in enumerate(tokens):
        if token.text in ("constexpr", "static_assert", "consteval", "using", "enum", "case", "noexcept", "alignas"):
            for place in range(at, end_of_declaration(tokens, at) + 1):
                tokens[place].frozen = True


def end_of_declaration(tokens, at):
    parent, ends = tokens[at].parent, {":", ";"} if tokens[at].text == "case" else {";"}
    while at + 1 < len(tokens) and (at := at + 1):
        token = tokens[at]
        if token.parent != parent or token.text in ends or token.text in OPENERS.values() and token.partner is None:
            if token.text in ends or token.parent is None or not inside(tokens, at, parent):
                return at
        if token.text == "{" and token.kind == "sign" and token.partner is not None:
            if tokens[at - 1].text in (")", "const", "noexcept") or tokens[at - 1].text == "constexpr":
                return token.partner  # the body of a function
            at = token.partner
        elif token.text in OPENERS and token.kind == "sign":
            at = token.partner
            if at + 1 < len(tokens) and tokens[at + 1].parent != parent:
                return at
    return at


# ---- Faults -------------------------------------------------------------------------------------------------------------

class Fault:
    """A place and what becomes of it. holes: the parts of it that may hold other faults; write: makes the new text of theirs."""

    def __init__(self, kind, start, end, holes, write, change):
        self.kind, self.start, self.end, self.holes, self.write, self.change = kind, start, end, holes, write, change
        self.number = 0


class Finder:
    def __init__(self, source):
        self.source, self.tokens, self.faults = source, tokens_of(source), []
        self.constants = []  # the words constexpr that must become const

    def find(self):
        for at, token in enumerate(self.tokens):
            if token.kind == "name" and token.text == "constexpr":
                self._constant(at)
            if token.frozen or token.angled:
                continue
            if token.kind == "name" and token.text in ("if", "while"):
                self._branch(at)
            elif token.kind == "name" and token.text == "for":
                self._loop(at)
            elif token.kind == "name" and token.text in ("true", "false"):
                self._truth(at)
            elif token.kind == "number":
                self._number(token)
            elif token.kind == "sign" and token.text in OPPOSITE and token.spaced:
                self._operator(at)
            elif token.kind == "sign" and token.text == "?" and token.spaced:
                left = self._left(at, 0)
                if left < at:
                    self._condition(left, at - 1, " ?")
            elif token.text == "!" and token.kind == "sign":
                self._negation(at)
            self._statement(at)
        self.faults.sort(key=lambda fault: (fault.start, -fault.end, fault.kind, fault.change))
        return self

    def _text(self, first, last):
        return self.source[self.tokens[first].start:self.tokens[last].end]

    def _add(self, kind, first, last, holes, write, change):
        """first, last: of the place, in tokens; holes: pairs of tokens."""
        tokens = self.tokens
        spans = [(tokens[left].start, tokens[right].end) for left, right in holes]
        self.faults.append(Fault(kind, tokens[first].start, tokens[last].end, spans, write, " ".join(change.split())))

    def _condition(self, first, last, where=""):
        text = self._text(first, last)
        self._add("condition", first, last, [(first, last)], lambda n, old: f"(({old}) || mutant_is({n}))", f"({text}){where} -> true")
        self._add("condition", first, last, [(first, last)], lambda n, old: f"(({old}) && !mutant_is({n}))", f"({text}){where} -> false")

    def _branch(self, at):
        opener = at + 1
        if self.tokens[opener].text != "(":
            return  # if constexpr
        last = self.tokens[opener].partner - 1
        parts = self._split(opener)
        if len(parts) > 1:
            self._condition(*parts[-1])
        elif (name := self._declared(opener + 1, last)) is None:
            self._condition(opener + 1, last)
        else:  # if (auto found = find()): only "never", because there is nothing to go on with
            change = f"({self._text(opener + 1, last)}) -> false"
            if self.tokens[at].text == "if":
                self._add("condition", opener + 1, last, [(opener + 1, last)],
                          lambda n, old: f"{old}; bool({name}) && !mutant_is({n})", change)

    def _loop(self, at):
        parts = self._split(at + 1)
        if len(parts) == 3 and parts[1]:
            self._condition(*parts[1])

    def _split(self, opener):
        """The parts between semicolons, as pairs of tokens; None: empty."""
        parts, first = [], opener + 1
        for at in range(opener + 1, self.tokens[opener].partner + 1):
            ends = self.tokens[at].text == ";" and self.tokens[at].parent == opener or at == self.tokens[opener].partner
            if ends:
                parts.append((first, at - 1) if first < at else None)
                first = at + 1
        return parts

    def _declared(self, first, last):
        """The name that a condition declares."""
        for at in range(first, last + 1):
            if self.tokens[at].text == "=" and self.tokens[at].parent == self.tokens[first].parent:
                return self.tokens[at - 1].text
        return None

    def _truth(self, at):
        token = self.tokens[at]
        flip, other = ("!", "false") if token.text == "true" else ("", "true")
        before = "return " if self.tokens[at - 1].text == "return" else ""
        self._add("truth", at, at, [], lambda n: f"{flip}mutant_is({n})", f"{before}{token.text} -> {before}{other}")

    def _number(self, token):
        if not re.fullmatch(r"0[xX][0-9a-fA-F']+|[0-9][0-9']*", token.text):
            return
        if self._sizes_array(token):
            return
        self.faults.append(Fault("number", token.start, token.end, [], lambda n: f"({token.text} + mutant_is({n}))",
                                 f"{token.text} -> {token.text} + 1"))

    def _sizes_array(self, token):
        """Whether it stands in the brackets of char name[size]."""
        opener = token.parent
        if opener is None or self.tokens[opener].text != "[" or opener < 2:
            return False
        return self.tokens[opener - 1].kind == self.tokens[opener - 2].kind == "name" and self.tokens[opener - 2].text not in STOPS

    def _operator(self, at):
        token = self.tokens[at]
        level = LEVEL[token.text]
        first, last = self._left(at, level), self._right(at, level)
        if first >= at or last <= at:
            return
        now, then = token.text, OPPOSITE[token.text]
        left, right = self._text(first, at - 1), self._text(at + 1, last)
        change = f"{left} {now} {right} -> " + (f"({left})" if now == "||" and " || " in left else left) + f" {then} {right}"
        if level < 3:  # by De Morgan, so that the operands are written once: a && b is !(!a || !b)
            self._add("logic", first, last, [(first, at - 1), (at + 1, last)], lambda n, a, b:
                      f"(mutant_is({n}) != ((bool({a}) != mutant_is({n})) {now} (bool({b}) != mutant_is({n}))))", change)
        else:
            self._add("comparison", first, last, [(first, at - 1), (at + 1, last)], lambda n, a, b:
                      f"(mutant_is({n}) ? (({a}) {then} ({b})) : ({a} {now} {b}))", change)

    def _left(self, at, level):
        """The first token of the operand before `at`: everything that binds as tightly or more."""
        tokens = self.tokens
        place = at
        while place > 0:
            token = tokens[place - 1]
            if token.partner is not None and token.partner < place - 1:
                place = token.partner
                continue
            if token.partner is not None or token.text in STOPS:
                break
            if token.kind == "sign" and token.spaced and LEVEL.get(token.text, 99) < level:
                break
            place -= 1
        return place

    def _right(self, at, level):
        tokens = self.tokens
        place = at
        while place + 1 < len(tokens):
            token = tokens[place + 1]
            if token.partner is not None and token.partner > place + 1:
                place = token.partner
                continue
            if token.partner is not None or token.text in STOPS:
                break
            if token.kind == "sign" and token.spaced and LEVEL.get(token.text, 99) <= level:
                break
            place += 1
        return place

    def _negation(self, at):
        last = self._postfix(at + 1)
        if last is None:
            return
        text = self._text(at + 1, last)
        self._add("logic", at, last, [(at + 1, last)], lambda n, old: f"(!({old}) != mutant_is({n}))", f"!{text} -> {text}")

    def _postfix(self, at):
        """The last token of an operand such as a.b(c)[d]; None if it is none."""
        tokens = self.tokens
        if tokens[at].partner is not None and tokens[at].partner > at:
            last = tokens[at].partner
        elif tokens[at].text in ("!", "*") or tokens[at].kind == "name":
            last = at if tokens[at].kind == "name" else self._postfix(at + 1)
        else:
            return None
        while last is not None and last + 1 < len(tokens):
            token = tokens[last + 1]
            if token.text in ("::", ".", "->"):
                last += 2
            elif token.text in ("(", "[", "<") and token.partner is not None and token.partner > last + 1:
                last = token.partner
            else:
                break
        return last

    def _statement(self, at):
        """An assignment or a call that is a statement of its own and begins here."""
        tokens = self.tokens
        token = tokens[at]
        if token.parent is None or tokens[token.parent].text != "{" or token.text in NOT_STATEMENTS:
            return
        if not self._begins_statement(at):
            return
        last = at
        while tokens[last].text != ";" and tokens[last].parent == token.parent:
            if tokens[last].text == ":" or tokens[last].text == "{" and tokens[last - 1].text == ")":
                return
            last = tokens[last].partner + 1 if tokens[last].partner is not None and tokens[last].partner > last else last + 1
            if last >= len(tokens):
                return
        if tokens[last].text != ";" or not self._acts(at):
            return
        text = self._text(at, last)
        self._add("statement", at, last, [(at, last)], lambda n, old: f"{{ if (!mutant_is({n})) {{ {old} }} }}", f"{text} -> ;")

    def _begins_statement(self, at):
        before = self.tokens[at - 1]
        if before.text in ("{", "}", ";"):
            return before.text != "{" or at - 1 == self.tokens[at].parent
        if before.text == "else":
            return True
        if before.text != ")" or before.partner is None:
            return False
        keyword = self.tokens[before.partner - 1].text
        return keyword in ("if", "for", "while")

    def _acts(self, at):
        """Whether an expression begins here, not a declaration."""
        tokens = self.tokens
        if tokens[at].text in ("++", "--"):
            return True
        if tokens[at].text == "(":
            return tokens[at + 1].text == "void"
        if tokens[at].kind != "name" and tokens[at].text != "*":
            return False
        last = at
        while tokens[last + 1].text == "::" or tokens[last].text == "::":
            last += 1
        if tokens[last + 1].text == "<" and tokens[last + 1].partner is not None:
            last = tokens[last + 1].partner
        return tokens[last + 1].text in ASSIGNMENTS | {".", "->", "(", "[", "++", "--"} or tokens[at].text == "*"

    def _constant(self, at):
        """constexpr int limit = 12: the number, if no other constant expression needs the name."""
        tokens = self.tokens
        end = end_of_declaration(tokens, at)
        name = next((place - 1 for place in range(at + 1, end) if tokens[place].text in ("=", "{", "[")
                     and not tokens[place].angled), None)
        if name is None or tokens[end].text != ";" or tokens[name + 1].text == "[" or self._is_needed(tokens[name].text, at, end):
            return
        numbers = [place for place in range(name + 1, end) if tokens[place].kind == "number" and not tokens[place].angled]
        before = len(self.faults)
        for place in numbers:
            self._number(tokens[place])
        if len(self.faults) > before:
            self.constants.append(tokens[at])

    def _is_needed(self, name, first, last):
        for at, token in enumerate(self.tokens):
            if token.text == name and not first <= at <= last and (token.frozen or token.angled or self._sizes_array(token)):
                return True
        return False


def plant(source, finder):
    """The source with the faults in it, which have their numbers."""
    words = [Fault("", token.start, token.end, [], lambda n: "const", "") for token in finder.constants]
    # The outer one first; of two with the same place that with the larger hole is the outer one.
    ordered = sorted(finder.faults + words, key=lambda fault: (fault.start, -fault.end, -hole_size(fault), fault.number))
    text = render(source, 0, len(source), ordered)
    for fault in finder.faults:
        if f"mutant_is({fault.number})" not in text:
            raise ValueError(f"a fault was lost: {fault.change}")
    return text


def hole_size(fault):
    return max((end - start for start, end in fault.holes), default=0)


def render(source, start, end, faults):
    """A part of the source. Places are expressions or statements, so of two one lies in the other, or they are apart."""
    out, place = [], start
    while faults:
        fault, faults = faults[0], faults[1:]
        within = [other for other in faults if other.start >= fault.start and other.end <= fault.end]
        faults = [other for other in faults if other not in within]
        if fault.start < place:
            raise ValueError(f"two faults cross: {fault.change}")
        holes = [render(source, left, right, [other for other in within if other.start >= left and other.end <= right])
                 for left, right in fault.holes]
        out += [source[place:fault.start], fault.write(fault.number, *holes)]
        place = fault.end
    return "".join([*out, source[place:end]])
