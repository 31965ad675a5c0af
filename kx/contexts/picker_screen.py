"""The picker on the screen: type to make the list shorter, arrows to move, Enter to choose, Esc to leave."""

from __future__ import annotations

from prompt_toolkit.application import Application
from prompt_toolkit.application.current import get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import BufferControl, FormattedTextControl, HSplit, Layout, VSplit, Window
from prompt_toolkit.output import ColorDepth, Output, create_output

from kx import term
from kx.contexts.choice import Choice, window

_MOVES = {"up": -1, "c-p": -1, "down": 1, "c-n": 1, "tab": 1, "s-tab": -1, "pageup": -10, "pagedown": 10}
_KEPT_LINES = 2  # of the screen: what is typed, and how many names are left


class _Picker:
    """One running picker. The state is a ``Choice``; this holds the latest."""

    def __init__(self, choice: Choice, current: str, what: str, height: int) -> None:
        self.choice = choice
        self.current = current
        self.what = what
        self.height = height
        self.buffer = Buffer(multiline=False, on_text_changed=self._retyped)

    def _retyped(self, buffer: Buffer) -> None:
        self.choice = self.choice.retyped(buffer.text)

    def lines(self) -> StyleAndTextTuples:
        """The part of the list that fits, the cursor's line marked by more than colour."""
        found = self.choice.found
        shown: StyleAndTextTuples = []
        for index in window(self.choice, self._fitting()):
            name, here = found[index], index == self.choice.index
            style = "bold " if name == self.current else ""
            mark = "  (current)" if name == self.current else ""
            shown.append((style + ("reverse" if here else ""), f"{'>' if here else ' '} {term.visible(name)}{mark}"))
            shown.append(("", "\n"))
        return shown

    def foot(self) -> StyleAndTextTuples:
        """How many names are left, and the keys."""
        count = f"{len(self.choice.found)} of {len(self.choice.names)}"
        return [("class:foot", f"  {count} · type to filter · Enter takes it · Esc leaves")]

    def rows(self) -> int:
        """How many lines the list takes."""
        return len(window(self.choice, self._fitting()))

    def _fitting(self) -> int:
        return max(1, min(self.height, get_app().output.get_size().rows - _KEPT_LINES - 1))

    def keys(self) -> KeyBindings:
        """Moving, taking and leaving."""
        bindings = KeyBindings()
        for key, by in _MOVES.items():
            bindings.add(key)(lambda event, by=by: self._move(by))
        bindings.add("enter")(lambda event: event.app.exit(result=self.choice.chosen))
        bindings.add("escape", eager=True)(_leave)
        bindings.add("c-g")(_leave)
        bindings.add("c-d")(_leave)
        bindings.add("c-c")(_interrupt)
        return bindings

    def _move(self, by: int) -> None:
        self.choice = self.choice.moved(by)


def run(
    choice: Choice,
    current: str,
    what: str,
    *,
    colour: bool,
    height: int,
    input: Input | None = None,
    output: Output | None = None,
) -> str:
    """The chosen name; "" for none. Raises ``KeyboardInterrupt`` for Ctrl-C. The screen is left as it was."""
    picker = _Picker(choice, current, what, height)
    app: Application[str] = Application(
        layout=_layout(picker),
        key_bindings=picker.keys(),
        erase_when_done=True,
        color_depth=None if colour else ColorDepth.DEPTH_1_BIT,
        input=input,
        output=output or create_output(always_prefer_tty=True),
    )
    app.ttimeoutlen = 0.05  # Esc alone means leave: no long wait for what might follow it
    return app.run()


def _layout(picker: _Picker) -> Layout:
    typed = Window(BufferControl(picker.buffer), height=1)
    asks = Window(FormattedTextControl(f"{picker.what}: "), height=1, dont_extend_width=True)
    names = Window(FormattedTextControl(picker.lines), height=picker.rows, dont_extend_height=True)
    foot = Window(FormattedTextControl(picker.foot), height=1, style="class:foot")
    return Layout(HSplit([VSplit([asks, typed]), names, foot]), focused_element=typed)


def _leave(event: KeyPressEvent) -> None:
    event.app.exit(result="")


def _interrupt(event: KeyPressEvent) -> None:
    event.app.exit(exception=KeyboardInterrupt())
