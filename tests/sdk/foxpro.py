# SPDX-License-Identifier: Apache-2.0
"""The part of Visual FoxPro that the sample in sdk/foxpro uses, so that its requests and its JSON reader can be run where
no FoxPro is. Written from the language's documentation. What depends on a setting of the program around (SET EXACT, SET
DECIMALS), on undeclared variables, or is not surely known of FoxPro, is an error here: the sample must do without.
It shows that the sample's logic holds, and not that FoxPro would take every line of it."""
import datetime
import http.client
import math
import os
import random
import re
import urllib.parse

from foxpro_syntax import Expression, Fault, Source


class FoxError(Exception):
    """An error of the running program: TRY catches it."""


class Leave(Exception):
    def __init__(self, how, value=None):
        super().__init__(how)
        self.how, self.value = how, value


class Bag:
    """CREATEOBJECT("Empty")"""

    def __init__(self):
        self.values = {}


class Collection:
    def __init__(self):
        self.rows = []


class Http:
    """MSXML2.ServerXMLHTTP.6.0, over a real connection."""

    def __init__(self):
        self.headers, self.answer, self.text, self.seconds = {}, None, None, 60

    def settimeouts(self, *milliseconds):
        if len(milliseconds) != 4:
            raise FoxError("setTimeouts takes four times")
        self.seconds = milliseconds[3] / 1000

    def open(self, method, url, later):
        if later:
            raise Fault("the sample waits for answers")
        self.method, self.url = method, urllib.parse.urlsplit(url)

    def setrequestheader(self, name, value):
        self.headers[name] = value

    def send(self, body=None):
        connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=self.seconds)
        try:
            path = self.url.path + ("?" + self.url.query if self.url.query else "")
            connection.request(self.method, path, None if body is None else body.encode("utf-8"), self.headers)
            self.answer = connection.getresponse()
            self.text = self.answer.read().decode("utf-8")
        except (OSError, http.client.HTTPException) as failure:
            raise FoxError(f"OLE error: {failure}") from failure
        finally:
            connection.close()

    def getresponseheader(self, name):
        return self.answer.getheader(name) or ""

    def property(self, name):
        if self.answer is None:
            raise FoxError("OLE error: there is no answer yet")
        return {"status": self.answer.status, "responsetext": self.text}[name]


class Program(Source):
    """A .prg, to be run: whole, or one function of it."""

    def __init__(self, text, constants=None):
        super().__init__(text, constants)
        self.printed, self.waits = [], []

    def run(self):
        try:
            self.execute(self.main, {})
        except Leave as left:
            if left.how != "return":
                raise Fault(f"{left.how.upper()} outside of a loop") from left

    def call(self, name, *values):
        name = name.lower()
        if name not in self.functions:
            builtin = getattr(self, "f_" + name, None)
            if builtin is None:
                raise Fault(f"there is no function {name.upper()}")
            return builtin(*values)
        parameters, body = self.functions[name]
        if len(values) != len(parameters):
            raise Fault(f"{name} takes {len(parameters)} values and gets {len(values)}")
        try:
            self.execute(body, dict(zip(parameters, values)))
        except Leave as left:
            if left.how != "return":
                raise Fault(f"{left.how.upper()} outside of a loop, in {name}") from left
            return left.value
        return True  # what FoxPro answers without RETURN

    def execute(self, block, here):
        for where, what, *rest in block:
            try:
                self.step(what, rest, here)
            except (Leave, FoxError, Fault):
                raise
            except Exception as failure:
                raise Fault(f"line {where}: {failure!r}") from failure

    def step(self, what, rest, here):
        if what == "local":
            here.update(dict.fromkeys(rest[0], False))
        elif what == "set":
            self.assign(rest[0], self.value(rest[1], here), here)
        elif what in ("do", "?"):
            self.value(rest[0], here)
        elif what == "if":
            for condition, body in rest[0]:
                if self.truth(condition, here):
                    return self.execute(body, here)
            self.execute(rest[1], here)
        elif what == "while":
            while self.truth(rest[0], here):
                if self.round(rest[1], here):
                    return
        elif what == "for":
            for number in range(self.value(rest[1], here), self.value(rest[2], here) + 1):
                self.assign(("name", rest[0]), number, here)
                if self.round(rest[3], here):
                    return
        elif what == "try":
            try:
                self.execute(rest[0], here)
            except FoxError as failure:
                caught = Bag()
                caught.values["message"] = str(failure)
                self.assign(("name", rest[1]), caught, here)
                self.execute(rest[2], here)
        elif what == "error":
            raise FoxError(self.value(rest[0], here))
        else:
            raise Leave(what, True if rest[0] is None else self.value(rest[0], here))

    def round(self, body, here):
        """One round of a loop; whether it is over."""
        try:
            self.execute(body, here)
        except Leave as left:
            if left.how == "return":
                raise
            return left.how == "exit"
        return False

    def truth(self, condition, here):
        value = self.value(condition, here)
        if not isinstance(value, bool):
            raise Fault(f"{value!r} is neither true nor false")
        return value

    def assign(self, target, value, here):
        if target[0] == "name":
            if target[1] not in here:
                raise Fault(f"{target[1]} is not LOCAL")
            here[target[1]] = value
        elif target[0] == "member":
            bag = self.value(target[1], here)
            if not isinstance(bag, Bag) or target[2] not in bag.values:
                raise FoxError(f"Property {target[2].upper()} is not found.")
            bag.values[target[2]] = value
        else:
            raise Fault("that cannot be set")

    def value(self, tree, here):
        kind = tree[0]
        if kind == "value":
            return tree[1]
        if kind == "name":
            if tree[1] not in here:
                raise Fault(f"Variable {tree[1].upper()} is not found.")
            return here[tree[1]]
        if kind == "not":
            return not self.truth(tree[1], here)
        if kind == "call" and tree[1] == "iif":  # the other value is not looked at
            return self.value(tree[2][1 if self.truth(tree[2][0], here) else 2], here)
        if kind == "call":
            return self.call(tree[1], *[self.value(one, here) for one in tree[2]])
        if kind == "member":
            return self.member(self.value(tree[1], here), tree[2])
        if kind == "method":
            return self.method(self.value(tree[1], here), tree[2], [self.value(one, here) for one in tree[3]])
        operator, left = tree[1], tree[2]
        if operator in ("and", "or"):  # the right side only when it matters
            first = self.truth(left, here)
            return first if first == (operator == "or") else self.truth(tree[3], here)
        return self.operate(operator, self.value(left, here), self.value(tree[3], here))

    def member(self, of, name):
        if isinstance(of, Bag):
            if name not in of.values:
                raise FoxError(f"Property {name.upper()} is not found.")
            return of.values[name]
        if isinstance(of, Collection) and name == "count":
            return len(of.rows)
        if isinstance(of, Http) and name in ("status", "responsetext"):
            return of.property(name)
        raise FoxError(f"Property {name.upper()} is not found.")

    def method(self, of, name, values):
        if isinstance(of, Collection) and name == "add":
            return of.rows.append(*values)
        if isinstance(of, Collection) and name == "item":
            if not 1 <= values[0] <= len(of.rows):
                raise FoxError("Index or expression does not match an existing member of the collection.")
            return of.rows[values[0] - 1]
        if isinstance(of, Http) and name in ("settimeouts", "open", "setrequestheader", "send", "getresponseheader"):
            return getattr(of, name)(*values)
        raise FoxError(f"{name.upper()} is not an object.")

    def operate(self, operator, left, right):
        texts = isinstance(left, str) and isinstance(right, str)
        numbers = all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in (left, right))
        if not texts and not numbers:
            raise FoxError(f"Operator/operand type mismatch: {left!r} {operator} {right!r}")
        if texts and operator in ("=", "<>", "!=", "#", "<", ">", "<=", ">=", "-"):
            raise Fault(f"{operator} between texts depends on SET EXACT or the collation: use ==")
        if operator == "$":
            if left == "":
                raise Fault("an empty text on the left of $")
            return left in right
        table = {
            "+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right, "/": lambda: left / right,
            "^": lambda: float(left) ** right, "=": lambda: left == right, "==": lambda: left == right,
            "<>": lambda: left != right, "!=": lambda: left != right, "#": lambda: left != right, "<": lambda: left < right,
            ">": lambda: left > right, "<=": lambda: left <= right, ">=": lambda: left >= right,
        }
        if texts and operator not in ("+", "=="):
            raise FoxError(f"Operator/operand type mismatch: {operator}")
        return table[operator]()

    # FoxPro's own functions

    def f_print(self, *values):
        self.printed.append(" ".join(str(one) for one in values))

    def f_file(self, name):
        return os.path.isfile(name)

    def f_filetostr(self, name):
        with open(name, encoding="latin-1") as file:
            return file.read()

    def f_strtofile(self, text, name):
        with open(name, "w", encoding="latin-1") as file:
            return file.write(text)

    def f_createobject(self, name):
        kinds = {"empty": Bag, "collection": Collection, "msxml2.serverxmlhttp.6.0": Http}
        if name.lower() not in kinds:
            raise Fault(f"there is no class {name}")
        return kinds[name.lower()]()

    def f_addproperty(self, bag, name, value):
        if not re.fullmatch(r"[A-Za-z_]\w*", name):
            raise FoxError(f"{name} is no name of a property")
        bag.values[name.lower()] = value
        return True

    def f_inkey(self, seconds, how):
        self.waits.append(seconds)
        return 0

    def f_alltrim(self, text):
        return text.strip(" ")

    def f_empty(self, value):
        return value.strip(" \t\r\n") == "" if isinstance(value, str) else value in (0, False) and value is not None

    def f_at(self, what, text):
        return text.find(what) + 1

    def f_nvl(self, value, otherwise):
        return otherwise if value is None else value

    def f_transform(self, value):
        if isinstance(value, float):
            raise Fault("TRANSFORM of a number with decimals depends on SET DECIMALS")
        return str(value)

    def f_str(self, number, length):
        text = str(math.floor(abs(number) + 0.5) * (1 if number >= 0 else -1))
        return text.rjust(length) if len(text) <= length else "*" * length

    def f_val(self, text):
        match = re.match(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", text)
        return float(match[0]) if match else 0.0

    def f_int(self, number):
        return int(number)

    def f_max(self, *numbers):
        return max(numbers)

    def f_min(self, *numbers):
        return min(numbers)

    def f_inlist(self, value, *others):
        return value in others

    def f_rand(self, seed):
        return random.random()

    def f_date(self):
        return datetime.date.today()

    def f_dtos(self, day):
        return day.strftime("%Y%m%d")

    def f_sys(self, what):
        if what != 2015:
            raise Fault(f"SYS({what})")
        return "_" + "".join(random.choice("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(9))

    def f_strtran(self, text, old, new):
        return text.replace(old, new)

    def f_chr(self, number):
        return chr(number)

    def f_substr(self, text, start, length):
        if start < 1:
            raise FoxError("Function argument value, type, or count is invalid.")
        return text[start - 1:start - 1 + length]

    def f_left(self, text, length):
        return text[:length]

    def f_right(self, text, length):
        return text[-length:] if length else ""

    def f_len(self, text):
        return len(text)

    def f_isalpha(self, text):
        return text[:1].isascii() and text[:1].isalpha()

    def f_isdigit(self, text):
        return text[:1].isascii() and text[:1].isdigit()

    def f_evaluate(self, text):
        return self.value(Expression(text, 0, {}).whole(), {})

    def f_strconv(self, text, how):
        if how != 6:
            raise Fault(f"STRCONV with {how}")
        return text.encode("latin-1").decode("utf-16-le", "replace")

    def f_set(self, what):
        if what.upper() != "POINT":
            raise Fault(f"SET({what})")
        return "."
