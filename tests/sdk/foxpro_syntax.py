# SPDX-License-Identifier: Apache-2.0
"""How the programs that foxpro.py runs are written: statements, blocks, expressions. They become tuples."""
import re

KEYWORDS = {"if", "else", "endif", "do", "enddo", "for", "endfor", "case", "otherwise", "endcase", "try", "catch", "endtry",
            "exit", "loop", "return", "error", "local", "function", "endfunc"}
TOKEN = re.compile(r"""\s*(?:(?P<word>\.(?:t|f|null|and|or|not)\.)|(?P<number>0x[0-9a-f]+|\d+(?:\.\d+)?)|(?P<name>[a-z_]\w*)
    |(?P<text>'[^']*'|"[^"]*")|(?P<op>==|<>|!=|>=|<=|[-+*/^()=<>$!,.\#]))""", re.I | re.X)


class Fault(Exception):
    """The program cannot be FoxPro, or does what this subset does not know."""


def lines_of(text):
    """(number, statement) of each, continuation lines joined and comments gone."""
    held, start = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not held and (not line or line.startswith("*")):
            continue
        in_text, cut = "", len(line)
        for at, character in enumerate(line):
            if in_text:
                in_text = "" if character == in_text else in_text
            elif character in "'\"":
                in_text = character
            elif line.startswith("&&", at):
                cut = at
                break
        line = line[:cut].rstrip()
        start = start or number
        if line.endswith(";"):
            held += line[:-1].rstrip() + " "
            continue
        if len(held + line) > 8192:
            raise Fault(f"line {start}: longer than a statement may be")
        if held + line:
            yield start, held + line
        held, start = "", 0
    if held:
        raise Fault("the last line goes on")


class Expression:
    """One expression, from its tokens, strongest operators first."""

    LEVELS = [{"or", ".or."}, {"and", ".and."}, {"not"}, {"=", "==", "<>", "!=", "#", "<", ">", "<=", ">=", "$"}, {"+", "-"}, {"*", "/"}, {"^"}]

    def __init__(self, text, where, constants):
        self.tokens, self.at, self.where = [], 0, where
        position, text = 0, text.rstrip()
        while position < len(text):
            match = TOKEN.match(text, position)
            if not match:
                raise Fault(f"line {where}: cannot read {text[position:]!r}")
            position = match.end()
            kind, token = match.lastgroup, match.group(match.lastgroup)
            if kind == "text" and len(token) > 257:
                raise Fault(f"line {where}: a text may have 255 characters")
            if kind == "name" and token.upper() in constants and not (self.tokens and self.tokens[-1][1] == "."):
                inner = Expression(constants[token.upper()], where, {})
                self.tokens += inner.tokens
                continue
            self.tokens.append((kind, token if kind == "text" else token.lower()))

    def peek(self):
        return self.tokens[self.at][1] if self.at < len(self.tokens) and self.tokens[self.at][0] != "text" else None

    def take(self, wanted=None):
        if self.at >= len(self.tokens) or (wanted and self.peek() != wanted):
            raise Fault(f"line {self.where}: {wanted or 'more'} is missing")
        self.at += 1
        return self.tokens[self.at - 1]

    def whole(self):
        tree = self.level(0)
        if self.at != len(self.tokens):
            raise Fault(f"line {self.where}: {self.tokens[self.at][1]} is too much")
        return tree

    def level(self, strength):
        if strength == len(self.LEVELS):
            return self.operand()
        if strength == 2:
            if self.peek() in ("not", ".not.", "!"):
                self.take()
                return ("not", self.level(2))
            return self.level(3)
        tree = self.level(strength + 1)
        while self.peek() in self.LEVELS[strength]:
            operator = self.take()[1].strip(".")
            tree = ("op", operator, tree, self.level(strength + 1))
        return tree

    def arguments(self):
        self.take("(")
        found = []
        while self.peek() != ")":
            found.append(self.level(0))
            if self.peek() != ")":
                self.take(",")
        self.take(")")
        return found

    def operand(self):
        kind, token = self.take()
        if kind == "text":
            tree = ("value", token[1:-1])
        elif kind == "number":
            tree = ("value", int(token, 0) if "." not in token else float(token))
        elif kind == "word":
            tree = ("value", {".t.": True, ".f.": False, ".null.": None}[token])
        elif token == "-":
            return ("op", "-", ("value", 0), self.operand())
        elif token == "(":
            tree = self.level(0)
            self.take(")")
        elif kind == "name":
            tree = ("call", token, self.arguments()) if self.peek() == "(" else ("name", token)
        else:
            raise Fault(f"line {self.where}: {token} stands where a value belongs")
        while self.peek() == ".":
            self.take()
            member = self.take()[1]
            tree = ("method", tree, member, self.arguments()) if self.peek() == "(" else ("member", tree, member)
        return tree


class Source:
    """A .prg, read. `constants`: what takes the place of its #DEFINEs."""

    def __init__(self, text, constants=None):
        self.constants, self.functions = {}, {}
        self.given = {name: f'"{value}"' for name, value in (constants or {}).items()}
        self.statements = list(lines_of(text))
        self.at = 0
        self.main = self.block(set())
        while self.at < len(self.statements):
            self.function()

    def expression(self, text, where):
        return Expression(text, where, self.constants).whole()

    def function(self):
        where, line = self.statements[self.at]
        match = re.fullmatch(r"FUNCTION\s+(\w+)\s*(?:\(([^)]*)\))?", line, re.I)
        if not match:
            raise Fault(f"line {where}: {line!r} is outside of every function")
        self.at += 1
        parameters = [one.strip().lower() for one in (match[2] or "").split(",") if one.strip()]
        if match[1].lower() in self.functions:
            raise Fault(f"line {where}: {match[1]} is there already")
        self.functions[match[1].lower()] = (parameters, self.block({"endfunc"}))
        self.at += 1

    def block(self, ends, in_try=False):
        """Statements up to one of the ends, which is not taken."""
        found = []
        while self.at < len(self.statements):
            where, line = self.statements[self.at]
            first = re.match(r"[#?*]?\w*", line)[0].lower()
            two = " ".join(line.lower().split()[:2])
            if first in ends:
                return found
            if first == "function" and not ends:
                return found
            self.at += 1
            rest = line[len(first):].strip()
            if first == "#define":
                name, value = rest.split(None, 1)
                self.constants[name.upper()] = self.given.get(name, value)
            elif first == "local":
                found.append((where, "local", [one.strip().lower() for one in rest.split(",")]))
            elif first == "if":
                then, otherwise = self.block({"else", "endif"}, in_try), []
                if self.word() == "else":
                    self.at += 1
                    otherwise = self.block({"endif"}, in_try)
                self.end("endif", where)
                found.append((where, "if", [(self.expression(rest, where), then)], otherwise))
            elif two == "do case":
                cases, otherwise = [], []
                if self.word() not in ("case", "endcase"):
                    raise Fault(f"line {where}: DO CASE must go on with CASE")
                while self.word() == "case":
                    there, text = self.statements[self.at]
                    self.at += 1
                    cases.append((self.expression(text[4:], there), self.block({"case", "otherwise", "endcase"}, in_try)))
                if self.word() == "otherwise":
                    self.at += 1
                    otherwise = self.block({"endcase"}, in_try)
                self.end("endcase", where)
                found.append((where, "if", cases, otherwise))
            elif two == "do while":
                body = self.block({"enddo"}, in_try)
                self.end("enddo", where)
                found.append((where, "while", self.expression(rest[len("while"):], where), body))
            elif first == "for":
                match = re.fullmatch(r"(\w+)\s*=\s*(.+?)\s+TO\s+(.+)", rest, re.I)
                if not match:
                    raise Fault(f"line {where}: FOR what?")
                body = self.block({"endfor"}, in_try)
                self.end("endfor", where)
                found.append((where, "for", match[1].lower(), self.expression(match[2], where), self.expression(match[3], where), body))
            elif first == "try":
                body = self.block({"catch", "endtry"}, True)
                match = re.fullmatch(r"CATCH\s+TO\s+(\w+)", self.statements[self.at][1] if self.at < len(self.statements) else "", re.I)
                if not match:
                    raise Fault(f"line {where}: TRY without CATCH TO")
                self.at += 1
                caught = self.block({"endtry"}, True)
                self.end("endtry", where)
                found.append((where, "try", body, match[1].lower(), caught))
            elif first in ("return", "exit", "loop"):
                if in_try:
                    raise Fault(f"line {where}: {first.upper()} may not leave TRY")
                found.append((where, first, self.expression(rest, where) if rest else None))
            elif first in ("error", "?"):
                found.append((where, first, self.expression(f"({rest})" if first == "error" else f"print({rest})", where)))
            elif first in KEYWORDS:
                raise Fault(f"line {where}: {first.upper()} without its beginning")
            else:
                found.append(self.plain(line, where))
        if ends:
            raise Fault(f"the file ends where {' or '.join(sorted(ends)).upper()} should stand")
        return found

    def word(self):
        return self.statements[self.at][1].split()[0].lower() if self.at < len(self.statements) else ""

    def end(self, word, where):
        if self.word() != word:
            raise Fault(f"line {where}: {word.upper()} is missing")
        self.at += 1

    def plain(self, line, where):
        match = re.match(r"([\w.]+)\s*=(?!=)\s*(.+)$", line)
        if match:
            return (where, "set", self.expression(match[1], where), self.expression(match[2], where))
        tree = self.expression(line, where)
        if tree[0] not in ("call", "method"):
            raise Fault(f"line {where}: {line!r} is no statement")
        return (where, "do", tree)
