"""Makes golden.json: what Python's Jinja2 renders, under the settings of transformers' apply_chat_template.

Run with Python 3.11 and jinja2 3.1.6:  python3 make-golden.py > golden.json
The templates are written for this purpose; each pokes at one corner of the language. A case without "ok" is refused.
"""
import datetime
import json

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Generation(Extension):
    """transformers' {% generation %}: the block, called as a macro."""
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return nodes.CallBlock(self.call_method("write"), [], [], body).set_lineno(line)

    def write(self, caller):
        return caller()


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, "jinja2.ext.loopcontrols"])
env.filters["tojson"] = tojson
env.globals["raise_exception"] = raise_exception
env.globals["strftime_now"] = lambda format: datetime.datetime(2025, 1, 15, 12, 0, 0).strftime(format)

CONTEXT = {
    "s": "Hello, <b>wörld</b> 🙂!",
    "lines": "one\n  two\n\nthree  ",
    "n": 7, "z": 0, "f": 2.5, "t": True, "no": None,
    "big": 10**20,
    "xs": [3, 1, 2, 1], "words": ["b", "A", "c", "a"], "empty": [], "nested": [[1, [2, 3]], [4]],
    "d": {"b": 1, "a": [1, None, True], "items": "shadowed", "é": {"k": "it's \"x\""}},
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hi!"},
        {"role": "assistant", "content": "Hello.", "tool_calls": [{"function": {"name": "f", "arguments": {"x": 1.0}}}]},
        {"role": "user", "content": [{"type": "text", "text": "What?"}, {"type": "image"}]},
    ],
}

VALUES = [
    "s", "n", "z", "f", "t", "no", "big", "xs", "words", "empty", "nested", "d", "missing",
    "1e16", "1e15", "0.1 + 0.2", "1e-5", "0.0001", "100.0", "1.5e300", "-0.0", "1_000", "0x1F", "0b101", "0o17", "3.0",
    "'it\\'s'", "'a\"b'", "'both \\' and \"'", "'tab\\tnew\\nline\\\\'", "'\\u00e9\\x41'", "(1,)", "()", "(1, 'a')", "[]", "{}", "{'a': {'b': [1.0, none]}}",
    "[s, lines]", "messages[1]", "d.keys()", "d.values()", "d['a'] | list", "range(5)", "range(1, 10, 3)", "namespace(a=1)", "[true, none, 1.0, '\\x00']",
]

EXPRESSIONS = [
    "7 // 2", "-7 // 2", "7 % 3", "-7 % 3", "7 / 2", "6 / 3", "2 ** 10", "2 ** -1", "2 ** 0.5", "7.5 // 2", "-7.5 % 2", "n + f", "n * f", "t + 1", "big * big", "-n", "+f", "- -3",
    "1 / 0", "1 // 0", "1 % 0", "'a' + 'b'", "'a' * 3", "3 * 'ab'", "'a' * -1", "[1] * 2", "[1] + [2]", "(1,) + (2,)", "'a' + 1", "1 + 'a'", "none + 'a'", "'a' ~ 1 ~ none ~ 2.0 ~ [1]",
    "'%s-%d' % ('a', 3)", "'%05.2f|%-5s|%+d|%x' % (3.14159, 'ab', 5, 255)", "'%s' % 'x'", "'%(a)s' % {'a': 1}", "'%s %s' % ('a',)", "'%d' % 'a'", "'100%%' % ()",
    "1 < 2 < 3", "1 < 3 < 2", "1 == 1.0", "true == 1", "'a' < 'b'", "[1, 2] < [1, 3]", "1 < 'a'", "none == none", "none < 1", "missing == missing", "missing < 1", "'a' in 'abc'", "1 in xs", "9 not in xs",
    "'b' in d", "1 in 'abc'", "'x' in missing", "'x' in none", "n in range(10)", "not n", "not missing", "n and s", "z or 'fallback'", "missing or none", "no and 1", "true and not false",
    "'yes' if n else 'no'", "'yes' if z", "('yes' if z) is undefined", "'a' if z else 'b' if n else 'c'", "1 if true else 1/0",
    "xs[0]", "xs[-1]", "xs[10]", "xs[10] is defined", "xs['0']", "xs[1:]", "xs[:-1]", "xs[::-1]", "xs[::2]", "xs[-2:]", "xs[5:2]", "xs[1:3:0]", "s[0]", "s[-2]", "s[::-1]", "s[7:12]", "s[22:]", "missing[1:]", "no[1:]", "d[1:]", "n[0]",
    "xs[true]", "xs[1.0]", "(1, 2)[0]", "'abc'[1:][0]", "nested[0][1][1]", "nested.0.1.0", "d.a", "d['a'][0]", "d['items']", "d.missing", "d.missing.x", "d['missing']['x']", "no.x", "no['x']", "s.x", "n.real", "t.real",
    "d.get('b')", "d.get('x')", "d.get('x', 5)", "d.items() | list", "d.keys() | list", "d.values() | list", "d.pop('b')", "d.update({'a': 1})", "d.copy() == d", "xs.append(1)", "xs.pop()", "xs.index(2)", "xs.count(1)", "xs.append is defined", "s.__class__", "s.__class__.__mro__", "xs.copy()",
    "s.upper()", "s.lower()", "s.title()", "'hello wORLD'.capitalize()", "'aBc'.swapcase()", "s.split()", "s.split(',')", "'a,b,,c'.split(',')", "'a  b c'.split(' ')", "' a b  c '.split(None, 1)", "'a,b,c'.split(',', 1)", "'a,b,c'.rsplit(',', 1)", "'a b  c '.rsplit(None, 1)", "'abc'.split('')",
    "lines.splitlines()", "lines.splitlines(true)", "'a-b-c'.partition('-')", "'a-b-c'.rpartition('-')", "'abc'.partition('x')", "'  x '.strip() ~ '|'", "'xxaxx'.strip('x')", "'xyaxy'.lstrip('xy')", "'\\n\\na\\n'.rstrip('\\n')", "'abc'.startswith('ab')", "'abc'.startswith(('x', 'a'))", "'abc'.endswith('bc')", "'abc'.startswith(1)", "'abc'.startswith('b', 1)",
    "'banana'.find('an')", "'banana'.find('x')", "'banana'.rfind('an')", "'banana'.index('x')", "'banana'.count('a')", "'banana'.count('')", "'banana'.replace('a', 'o')", "'banana'.replace('a', 'o', 2)", "'ab'.replace('', '-')", "'-'.join(['a', 'b'])", "'-'.join(xs)", "'-'.join('abc')", "'a'.center(5, '*') ~ '|'", "'ab'.center(5) ~ '|'", "'a'.ljust(3) ~ '|'", "'a'.rjust(3) ~ '|'", "'-5'.zfill(4)", "'a\\tb'.expandtabs(4)",
    "'abc'.isalpha()", "'a1'.isalnum()", "'12'.isdigit()", "''.isdigit()", "' '.isspace()", "'Abc'.istitle()", "'ABC1'.isupper()", "'{} {}'.format(1, 'b')", "'{1}{0}'.format('a', 'b')", "'{x}'.format(x=5)", "'{:>5}|{:<5}|{:^5}|'.format(1, 'a', 'b')", "'{:.2f} {:05d} {:,} {:x} {:e} {:%}'.format(3.14159, 42, 1234567, 255, 12345.678, 0.25)", "'{0[a]} {0.real}'.format(d)", "'{!r}'.format('a')", "'{'.format()", "'{}'.format()", "'{{}}'.format()",
    "'abc'.removeprefix('a')", "'abc'.removesuffix('c')", "'ß'.upper()", "'ΑΣ'.lower()", "'a\\u2028b'.splitlines()", "'%s' | format('x')", "'%s %s' | format('x', 1)",
]

FILTERS = [
    "s | upper", "s | lower", "s | title", "'foo-bar baz' | title", "s | capitalize", "s | length", "xs | length", "d | count", "n | length", "no | length", "missing | length", "s | trim", "lines | trim", "'xxaxx' | trim('x')", "no | trim", "missing | trim",
    "xs | first", "xs | last", "empty | first", "(empty | first) is defined", "s | first", "s | last", "d | first", "xs | join", "xs | join(', ')", "messages | join('|', attribute='role')", "missing | join('a')", "n | join", "xs | sort", "words | sort", "words | sort(case_sensitive=true)", "words | sort(reverse=true)", "messages | sort(attribute='role') | map(attribute='role') | list", "[1, 'a'] | sort", "d | sort",
    "xs | unique | list", "words | unique | list", "words | unique(true) | list", "xs | sum", "[[1, 2], [3, 4]] | sum(attribute='0')", "xs | sum(start=10)", "words | sum", "xs | min", "xs | max", "words | min", "empty | max", "xs | reverse | list", "s | reverse", "d | reverse | list", "n | reverse",
    "xs | map('string') | list", "words | map('upper') | join(',')", "messages | map(attribute='role') | list", "messages | map(attribute='content.0.text') | list", "messages | map(attribute='x', default='?') | list", "xs | map | list", "xs | map('nothing') | list", "xs | map('round', precision=1) | list",
    "xs | select('odd') | list", "xs | reject('odd') | list", "xs | select | list", "[0, 1, '', 'a', none] | select | list", "[0, 1, none] | reject('none') | list", "messages | selectattr('role', 'equalto', 'user') | list | length", "messages | selectattr('tool_calls') | map(attribute='role') | list", "messages | selectattr('tool_calls', 'defined') | map(attribute='role') | list", "messages | rejectattr('role', 'in', ['user', 'system']) | map(attribute='role') | list", "messages | selectattr('role', '==', 'user') | first", "xs | select('>', 1) | list", "xs | select('divisibleby', 3) | list", "messages | selectattr | list", "xs | selectattr('a') | list",
    "(xs | map('string')) is iterable", "(xs | map('string')) is sequence", "xs | map('string') | length", "xs | map('string') | tojson", "none | list", "s | list", "d | list", "d | items | list", "missing | items | list", "xs | items | list", "d | dictsort", "{'b': 1, 'A': 2} | dictsort", "{'b': 1, 'A': 2} | dictsort(true)", "{'b': 1, 'A': 2} | dictsort(by='value', reverse=true)", "{'b': 1} | dictsort(by='x')",
    "messages | groupby('role')", "[{'a': 'x', 'b': 1}, {'a': 'X', 'b': 2}] | groupby('a')", "xs | batch(2) | list", "xs | batch(3, 0) | list", "xs | slice(3) | list", "xs | slice(3, 'x') | list",
    "missing | default('x')", "no | default('x')", "'' | default('x', true)", "missing | d", "z | d(1, boolean=true)", "n | string", "f | int", "'42' | int", "'42.9' | int", "'x' | int", "'x' | int(-1)", "'0x1f' | int(0, 16)", "'ff' | int(base=16)", "' 7 ' | int", "'1_0' | int", "no | int", "missing | int", "xs | int", "'1.5' | float", "'x' | float", "'x' | float(1.0)", "'inf' | float", "'1e3' | float", "-3 | abs", "-2.5 | abs", "'a' | abs",
    "2.5 | round", "3.5 | round", "2.675 | round(2)", "1234 | round(-2)", "42.55 | round(1, 'floor')", "42.51 | round(1, 'ceil')", "7 | round", "2.5 | round(0, 'x')", "'a' | replace('a', 'b')", "s | replace('l', 'L', 2)", "n | replace('7', '8')", "lines | indent", "lines | indent(2, true)", "lines | indent(2, first=true, blank=true)", "lines | indent('> ')", "n | indent", "'a b c d e f' | truncate(7)", "'a b c d e f' | truncate(7, true, '', 0)", "s | truncate(255)", "s | wordcount", "'a b' | center(9) ~ '|'", "s | escape", "s | e", "'<a>' | safe", "('<a>' | safe) + '<b>'", "'<b>' + ('<a>' | safe)", "('<a>' | safe) ~ '<b>'", "('<a>' | e) | upper", "'<a>' | safe | string", "['<a>' | safe] | string", "'<p>a  b</p>' | striptags", "'<a>' | forceescape", "s | urlencode", "{'a b': 'c/d', 'e': 1} | urlencode", "d | pprint | length",
    "d | tojson", "s | tojson", "d | tojson(indent=2)", "[] | tojson(indent=2)", "{} | tojson(indent=4)", "{'a': []} | tojson(indent=2)", "s | tojson(ensure_ascii=true)", "{'b': 1, 'a': 2} | tojson(sort_keys=true)", "[1, 2] | tojson(separators=(',', ':'))", "{'a': 1, 'b': 2} | tojson(separators=';=')", "{'a': 1, 'b': 2} | tojson(separators={', ': 1, '> ': 2})", "[1] | tojson(separators='abc')", "[1] | tojson(separators=5)", "{'a': [1, 2]} | tojson(separators=(1, 2))", "d | tojson(indent=1, separators=(',', ': '))", "1e16 | tojson", "0.1 | tojson", "missing | tojson", "{1: 2, none: 3, true: 4, 1.5: 5} | tojson", "{(1, 2): 3} | tojson", "(1, 2) | tojson", "'\\x1f\\x7f</a>' | tojson", "range(3) | tojson", "d.keys() | tojson", "[d, xs] | tojson(indent='\\t')", "10 | tojson", "n | nothing", "n is nothing",
]

TESTS = [
    "{v} is defined", "{v} is undefined", "{v} is none", "{v} is string", "{v} is number", "{v} is integer", "{v} is float", "{v} is boolean", "{v} is mapping", "{v} is iterable", "{v} is sequence", "{v} is true", "{v} is false", "{v} is callable", "{v} is sameas none", "{v} is eq 7", "{v} is ne 7", "{v} is in [7, 2.5]", "{v} is lower", "{v} is upper", "{v} is odd", "{v} is even", "{v} is divisibleby 7", "{v} is not none", "{v} is gt 2", "{v} is le 7", "{v} is escaped",
]
TESTED = ["s", "n", "f", "t", "no", "xs", "d", "missing", "range(3)", "(1, 2)", "d.items()", "s.upper", "'abc'", "'ABC'"]

TEMPLATES = [
    # Whitespace
    "a\n  {% if t %}\n  b\n  {% endif %}\nc\n", "a\n  {%+ if t %}\n  b\n  {%+ endif +%}\nc\n", "a  {%- if t -%}  b  {%- endif -%}  c", "a {{- n -}} b", "a\n{{ n }}\nb", "{# c #}\n  {# d -#}  \n x {#- e #}y", "{% raw %}{{ n }}{% if %}{% endraw %}", "a\n  {% raw %}\n  b\n  {% endraw %}\nc", "{%- raw -%}  x  {%- endraw -%}  y", "{{ '{{' }} {{ '}}' }}", "{% set x = {'a': {'b': 1}} %}{{ x.a.b }}", "\n\n{{ n }}\n\n", "{{ n }}\r\n{{ n }}\r\n", "{% if t %}x{% endif %}\n\ny", "{{ n\n}}x{{\n n }}", "  {{ n }}  {% set y = 1 %}  {{ y }}  ", "\t{% set a = 1 %}\n\t{{ a }}", "x{% if t %}\n\n{% endif %}y", "{{-n}}", "{%set a=1%}{{a}}{%if a%}b{%endif%}",
    # Set and scopes
    "{% set x = 1 %}{% for i in xs %}{% set x = i %}{{ x }}{% endfor %}{{ x }}", "{% set ns = namespace(x=0) %}{% for i in xs %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }} {{ ns }}", "{% if t %}{% set x = 1 %}{% endif %}{{ x }}", "{% if not t %}{% set n = 1 %}{% endif %}{{ n }}", "{% for i in xs %}{% if i == 1 %}{% set hit = i %}{% endif %}{{ hit }}{% endfor %}{{ hit }}", "{% set a, b = 1, 2 %}{{ a }}{{ b }}", "{% set a, (b, c) = 1, (2, 3) %}{{ a }}{{ b }}{{ c }}", "{% set a, b = 1 %}", "{% set a, b = [1, 2, 3] %}", "{% set x %}a{{ n }}b{% endset %}{{ x }}", "{% set x | upper | replace('A', 'x') %}a{{ n }}b{% endset %}{{ x }}", "{% set ns = namespace() %}{% set ns.x %}q{% endset %}{{ ns.x }}", "{% set d.x = 1 %}", "{% set x.y = 1 %}", "{% set true = 1 %}", "{{ x }}{% set x = 1 %}{{ x }}", "{% set n = n + 1 %}{{ n }}", "{% with a = 1, b = n %}{{ a }}{{ b }}{% set c = 3 %}{% endwith %}{{ a }}{{ c }}", "{% with n = n + 1 %}{{ n }}{% endwith %}{{ n }}", "{% filter upper %}a{{ s }}{% set q = 1 %}{% endfilter %}{{ q }}", "{% filter replace('a', 'b') | upper %}aa{% endfilter %}", "{% for n in xs %}{{ n }}{% endfor %}{{ n }}", "{% macro f() %}{{ y }}{% endmacro %}{% set y = 5 %}{{ f() }}", "{% set y = 1 %}{% macro f() %}{{ y }}{% set y = 2 %}{{ y }}{% endmacro %}{{ f() }}{{ y }}", "{% for i in [1, 2] %}{{ y }}{% endfor %}{% set y = 1 %}{{ y }}", "{% for x in xs %}{% set n = x %}{% for y in [1] %}{% set n = 9 %}{{ n }}{% endfor %}{{ n }}{% endfor %}{{ n }}", "{% print n, s %}", "{% set ns = namespace(d, b=5) %}{{ ns.b }}{{ ns.a }}", "{% set m = messages[1:] %}{{ m | length }}", "{% generation %}{% set q = 1 %}{{ q }}{% endgeneration %}|{{ q }}",
    # Loops
    "{% for x in xs %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }};{% endfor %}", "{% for x in xs %}{{ loop.previtem }}<{{ x }}>{{ loop.nextitem }};{% endfor %}", "{% for x in xs %}{{ loop.cycle('a', 'b') }}{{ loop.changed(x) }}{% endfor %}", "{% for x in empty %}x{% else %}none{% endfor %}", "{% for x in missing %}x{% else %}none{% endfor %}", "{% for x in no %}x{% endfor %}", "{% for x in n %}x{% endfor %}", "{% for x in xs if x > 1 %}{{ loop.index }}/{{ loop.length }}:{{ x }} {% endfor %}", "{% for x in xs if x > 9 %}x{% else %}none{% endfor %}", "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}", "{% for k in d %}{{ k }}{% endfor %}", "{% for k, v in d | dictsort %}{{ k }}{% endfor %}", "{% for a, b in [(1, 2), [3, 4]] %}{{ a + b }} {% endfor %}", "{% for a, b in [1] %}{% endfor %}", "{% for c in 'añ🙂' %}[{{ c }}]{% endfor %}", "{% for x in xs %}{% if x == 2 %}{% break %}{% endif %}{{ x }}{% endfor %}", "{% for x in xs %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}", "{% for x in [1] %}{% continue %}{% else %}E{% endfor %}", "{% for x in [1, 2] %}{% if x == 2 %}{% break %}{% endif %}{% else %}E{% endfor %}", "{% break %}", "{% for x in [1] %}{% macro f() %}{% break %}{% endmacro %}{% endfor %}", "{% for x in xs %}{% for y in xs %}{{ loop.index }}{% endfor %}{{ loop.index }};{% endfor %}", "{% for x in nested recursive %}{% if x is sequence %}({{ loop(x) }}){% else %}{{ x }}@{{ loop.depth }}{% endif %}{% endfor %}", "{% for x in xs %}{{ loop(x) }}{% endfor %}", "{% for x in range(3) %}{{ x }}{% endfor %}", "{% for x in range(100001) %}{% endfor %}", "{% for x in xs | map('string') %}{{ loop.length }}{{ loop.last }}{{ x }}{% endfor %}", "{% set g = xs | map('string') %}{% for x in g %}{{ x }}{% endfor %}|{% for x in g %}{{ x }}{% endfor %}", "{{ loop }}", "{% for x in xs %}{{ loop }}{% endfor %}", "{% for loop in xs %}{% endfor %}", "{% for x in xs %}{% set loop = 1 %}{% endfor %}", "{% for x in xs %}{{ loop.nothing }}{% endfor %}", "{% for x in (1, 2), (3, 4) %}{{ x }}{% endfor %}", "{% for x in xs %}{% set o = loop %}{% for y in [1] %}{{ o.index }}{% endfor %}{% endfor %}", "{% for m in messages %}{{ m['role'] + ': ' + m.content if m.content is string else m.content | selectattr('type', 'equalto', 'text') | map(attribute='text') | join }}\n{% endfor %}",
    # Macros
    "{% macro f(a, b=2, c=a) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ f(1) }}|{{ f(1, c=5) }}|{{ f(b=1, a=0) }}|{{ f() }}", "{% macro f(a) %}{{ a }}{% endmacro %}{{ f(1, 2) }}", "{% macro f(a) %}{{ a }}{% endmacro %}{{ f(x=2) }}", "{% macro f(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f(1, 2, 3, x=4) }}", "{% macro f() %}[{{ caller() }}]{% endmacro %}{% call f() %}in{{ n }}{% endcall %}", "{% macro f() %}{{ caller(1, b=2) }}{% endmacro %}{% call(a, b) f() %}{{ a }}{{ b }}{% endcall %}", "{% macro f() %}{{ caller() }}{% endmacro %}{{ f() }}", "{% macro f() %}x{% endmacro %}{% call f() %}y{% endcall %}", "{% macro f(n) %}{{ n }}{% if n %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(5) }}", "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "{% macro f(a, b) %}x{% endmacro %}{{ f.name }}{{ f.arguments }}{{ f.catch_kwargs }}{{ f.caller }}", "{% macro f(*a) %}{% endmacro %}", "{% macro f(a=1, b) %}{% endmacro %}", "{{ f() }}{% macro f() %}x{% endmacro %}", "{% macro f(x) %}{% for i in range(x) %}{{ i }}{% endfor %}{% endmacro %}{{ f(*[3]) }}{{ f(**{'x': 2}) }}", "{% macro f() %}a\n{% endmacro %}{{ f() }}{{ f() | upper }}{{ f() is string }}", "{{ n() }}", "{{ missing() }}", "{{ s.upper(1) }}", "{{ raise_exception('No!') }}", "{{ raise_exception() }}", "{{ strftime_now('%d %b %Y|%Y-%m-%d|%A %B %-d|%H:%M:%S|%j %U %W %V %y %e|%I %p|%%|%a %w %u') }}", "{{ strftime_now('%c|%x|%X|%D|%F|%T|%R|%h|%C|%k|%l|%s') | length > 0 }}", "{{ dict(a=1, **{'b': 2}) }}{{ dict([('x', 1)]) }}", "{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.current }}{{ c.next() }}{{ c.next() }}", "{% set j = joiner('|') %}{{ j() }}a{{ j() }}b{{ j() }}",
    # Syntax
    "{% if n > 5 and n < 10 %}a{% elif n == 5 %}b{% else %}c{% endif %}", "{% if n == 1 %}a{% elif n == 7 %}b{% endif %}", "{% if %}{% endif %}", "{% if n %}", "{% endif %}", "{% nothing %}", "{{ n", "{% if n", "{{ n | }}", "{{ 'abc }}", "{{ (1 }}", "{{ 1 ) }}", "{{ }}", "{# open", "{% raw %}x", "{{ n is }}", "{{ a b }}", "{{ 1 if }}", "{{ [1, 2,] }}{{ (1, 2,) }}{{ {'a': 1,} }}", "{{ 'a' 'b' }}", "{{ n.1 }}", "{{ xs[] }}", "{{ xs[0, 1] }}", "{{ f(a=1, 2) }}", "{{ not not t }}", "{{ not n == 7 }}", "{{ -n ** 2 }}", "{{ 2 ** 3 ** 2 }}", "{{ 1 + 2 * 3 - 4 / 2 }}", "{{ 1 ~ 2 + 3 }}", "{{ 'a' ~ 'b' * 2 }}", "{{ n is number and s is string }}", "{{ n is not string }}", "{{ n is divisibleby 7 or false }}", "{{ n is odd is true }}", "{{ (n, s) }}", "{{ n, s }}", "{% if n, s %}y{% endif %}", "{{ n if t else s | upper }}", "{{ (n if t else s) | string | length }}", "{{ -3 | abs }}", "{{ -n | abs }}", "{{ n|default(1)|string~'x' }}", "{{ {'a': 1}['a'] }}{{ {'a': 1}.a }}", "{{ [1, 2, 3][1:] | first }}", "{{ 'a'.join(['b', 'c']).upper() }}", "{{ s.split(',')[0].lower() | upper }}", "{{ messages[-1]['content'][0].text }}", "{{ messages | length - 1 }}", "{{ (messages | length) - 1 }}", "{{ True }}{{ true }}{{ False }}{{ None }}{{ none }}", "{{ 1.0 }}{{ 1 }}{{ 1e3 }}{{ 1_0.5 }}", "{{ '\\q\\101\\x41' }}", "{{ n // 2 * 2 == n }}", "{{ ''}}{{ \"it's\" }}", "{{ 1==1 }}{{ 1!=1 }}{{ 1>=1 }}", "{{ xs == [3, 1, 2, 1] }}{{ (1, 2) == [1, 2] }}{{ {'a': 1} == {'a': 1.0} }}", "{% set x = 1, 2 %}{{ x }}", "{% for x in xs: %}{{ x }}{% endfor %}", "{% if t: %}y{% endif %}", "{{ n;s }}", "{{ n ? 1 }}", "{% include 'x' %}", "{% set %}{% endset %}", "{% if t %}{{ n | nothing }}{% endif %}", "{% if no %}{{ n | nothing }}{% endif %}ok", "{{ n | nothing if no else 1 }}", "{% for i in [1] %}{{ i | nothing }}{% endfor %}", "{{ s | safe | upper | tojson }}", "{{ (s | safe).upper() }}", "{{ (\"<\" | safe) % () }}", "{{ '<' | e | length }}",
]


def cases():
    for value in VALUES:
        yield "{{ %s }}|{{ [%s] }}" % (value, value)
    for expression in EXPRESSIONS + FILTERS:
        yield "{{ %s }}" % expression
    for value in TESTED:
        yield ";".join("{{ %s }}" % test.replace("{v}", value) for test in TESTS[:20])
        for test in TESTS[20:]:
            yield "{{ %s }}" % test.replace("{v}", value)
    yield from TEMPLATES


def render(template):
    try:
        return {"template": template, "ok": env.from_string(template).render(**CONTEXT)}
    except Exception as error:
        return {"template": template, "error": "%s: %s" % (type(error).__name__, error)}


print(json.dumps({"context": CONTEXT, "cases": [render(template) for template in cases()]}, indent=0, ensure_ascii=False))
