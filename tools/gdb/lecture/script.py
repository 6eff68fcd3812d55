"""A lecture's script, script.gdb, as a list of steps."""
import re

LONGEST_SAY = 78
LONGEST_TITLE = 60
LONGEST_STAGES = 76

# Lines that begin a command of several lines, up to its `end`.
BLOCK = re.compile(r"\s*(if|while|define|document|commands)\b|\s*python$")


class BadScript(Exception):
    """The script makes no sense."""


class Step:
    def __init__(self, number, title, is_question):
        self.number = number            # from 1
        self.title = title
        self.is_question = is_question
        self.say = ""
        self.answer = []                # lines
        self.stage = None               # which of the lecture's stages
        self.commands = []              # each a line, or several with \n


class Lecture:
    def __init__(self):
        self.stages = []
        self.steps = []


def blocks(lines):
    """The lines that say something, those of one command joined."""
    block, depth, first = [], 0, 0
    for number, line in enumerate(lines, 1):
        line = line.rstrip()
        if depth == 0 and (not line or line.startswith("#")):
            continue
        if depth == 0:
            block, first = [], number
        block.append(line)
        if BLOCK.match(line) and not (depth and block[0] == "python"):
            depth += 1
        elif line.strip() == "end":
            depth -= 1
        if depth == 0:
            yield first, "\n".join(block)


class Reader:
    def __init__(self, path):
        self.path = path
        self.lecture = Lecture()
        self.stage = None
        self.line = 0

    def fail(self, why):
        raise BadScript("%s:%d: %s" % (self.path, self.line, why))

    def step(self):
        if not self.lecture.steps:
            self.fail("there is no step yet: pause TITLE begins one")
        return self.lecture.steps[-1]

    def read(self):
        words = {"machine": self.machine, "stages": self.stages,
                 "stage": self.begin_stage, "pause": self.pause,
                 "ask": self.ask, "answer": self.answer, "say": self.say}
        with open(self.path) as file:
            for self.line, text in blocks(file):
                word, _, rest = text.partition(" ")
                if word in words:
                    words[word](rest.strip())
                else:
                    self.step().commands.append(text)
        return self.lecture

    def machine(self, text):
        """tools/lecture has looked at this line."""
        if self.lecture.steps:
            self.fail("machine comes before the first step")

    def stages(self, text):
        self.lecture.stages = [stage.strip() for stage in text.split("|")]
        if len(text) > LONGEST_STAGES:
            self.fail("the stages take more than %d columns" % LONGEST_STAGES)

    def begin_stage(self, text):
        if text not in self.lecture.stages:
            self.fail("there is no stage %s" % text)
        self.step().stage = self.stage = text

    def begin_step(self, title, is_question):
        steps = self.lecture.steps
        if not title or title in [step.title for step in steps]:
            self.fail("each step has a title, another one than the others")
        if not is_question and len(title) > LONGEST_TITLE:
            self.fail("a title has at most %d characters" % LONGEST_TITLE)
        steps.append(Step(len(steps) + 1, title, is_question))
        steps[-1].stage = self.stage

    def pause(self, text):
        self.begin_step(text, False)

    def ask(self, text):
        self.begin_step(text, True)

    def answer(self, text):
        if not self.step().is_question:
            self.fail("only a question has an answer")
        self.step().answer.append(text)

    def say(self, text):
        if self.step().say:
            self.fail("this step says something already")
        if len(text) > LONGEST_SAY:
            self.fail("say has at most %d characters" % LONGEST_SAY)
        self.step().say = text


def read(path):
    """Reads a script and returns its Lecture."""
    return Reader(path).read()
