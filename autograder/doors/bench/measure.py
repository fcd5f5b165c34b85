"""Grades a class, and a sample of it by stock nbgrader, and measures both."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.doors.bench import figures as names
from autograder.doors.bench.course import ScratchCourse
from autograder.doors.bench.figures import Figures, Phase, Sampled
from autograder.doors.bench.machine import Cost, described
from autograder.doors.bench.mixture import HONEST, CollectionError, Kind, Mixture

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from autograder.doors.bench.course import Marks
    from autograder.doors.bench.mixture import Learner

    Progress = Callable[[str, int, int], None]
    """Told what is being done, how many of it are done, and how many there are."""


@dataclass(frozen=True)
class Plan:
    """What is measured.

    Attributes:
        origin: a checkout of the course.
        assignment: the assignment.
        learners: the size of the class.
        sample: how many of them stock nbgrader grades, too.
        workers: how many notebooks ``autograder grade`` runs at a time.
        seed: of the class and the sample.
        check_cache: also grade the sample without looking up fits.
    """

    origin: Path
    assignment: str
    learners: int
    sample: int
    workers: int
    seed: int
    check_cache: bool = True

    def make(self) -> tuple[list[Learner], list[Learner], Learner | None]:
        """The class, the sample of it, and somebody whose every fit is new.

        Raises:
            CollectionError: the answers are missing, or the class is too small for the sample.
        """
        mixture = Mixture(self.origin, self.assignment, self.seed)
        learners = mixture.learners(self.learners)
        honest = [learner for learner in learners if learner.kind in HONEST]
        if len(honest) < self.sample:
            message = f"--sample {self.sample} is more than the {len(honest)} learners that stock nbgrader can grade."
            raise CollectionError(message)
        draw = random.Random(f"{self.seed} sample")  # noqa: S311 - reproducible, not secret
        drawn = sorted(draw.sample(honest, self.sample), key=lambda learner: learner.name)
        return learners, drawn, mixture.every_fit_new()


def measure(plan: Plan, scratch: Path, progress: Progress) -> Figures:
    """Carries out a plan in an empty folder.

    Raises:
        CollectionError: the answers are missing, or too few.
        ProgramError: a grader failed.
    """
    measurement = _Measurement(plan, scratch, progress)
    ours, stock = measurement.by_us(), measurement.by_stock()
    measurement.compare(ours, stock, measurement.without_cache() if plan.check_cache else {})
    return measurement.figures


class _Measurement:
    def __init__(self, plan: Plan, scratch: Path, progress: Progress) -> None:
        self._plan, self._scratch, self._progress = plan, scratch, progress
        self._class, self._drawn, newcomer = plan.make()
        self._newcomers = [newcomer] if newcomer else []
        self._stock_costs: dict[str, Cost] = {}
        kinds = Counter(learner.kind for learner in self._class)
        self.figures = Figures(described(), {}, {kind.value: kinds[kind] for kind in Kind if kinds[kind]})

    @property
    def _both(self) -> list[Learner]:
        return [*self._drawn, *self._newcomers]

    def by_us(self) -> dict[str, Marks]:
        """The class by ``autograder grade``: first, again, and whoever trains everything anew."""
        course = self._course("ours", self._class)
        self._progress(names.WARM, 0, 1)
        self.figures.phases[names.WARM] = Phase(0, course.warm())
        self._progress(names.WARM, 1, 1)
        self._grade(course, names.CLASS, self._class)
        self._grade(course, names.AGAIN, self._class)
        if self._newcomers:
            course.hand_in(self._newcomers)
            self._grade(course, names.NEW, self._newcomers, *(f"--only={learner.name}" for learner in self._newcomers))
        return course.marks([learner.name for learner in self._both])

    def by_stock(self) -> dict[str, Marks]:
        """The sample and the newcomer by stock nbgrader, one after the other."""
        course = self._course("stock", self._both, stock=True)
        for name, learners in ((names.STOCK, self._drawn), (names.NEW_STOCK, self._newcomers)):
            for number, learner in enumerate(learners):
                self._progress(name, number, len(learners))
                self._stock_costs[learner.name] = course.stock_grade(learner.name)
                self._progress(name, number + 1, len(learners))
            if learners:
                cost = sum((self._stock_costs[learner.name] for learner in learners), Cost())
                self.figures.phases[name] = Phase(len(learners), cost)
        return course.marks([learner.name for learner in self._both])

    def without_cache(self) -> dict[str, Marks]:
        """The sample by ``autograder grade``, looking nothing up."""
        course = self._course("uncached", self._drawn)
        self._grade(course, names.UNCACHED, self._drawn, "--no-cache")
        return course.marks([learner.name for learner in self._drawn])

    def compare(self, ours: dict[str, Marks], stock: dict[str, Marks], uncached: dict[str, Marks]) -> None:
        """Notes everybody's marks."""
        self.figures.sampled.extend(
            Sampled(
                learner.name,
                learner.kind.value,
                learner.case,
                learner.language,
                self._stock_costs[learner.name],
                ours[learner.name],
                stock[learner.name],
                uncached.get(learner.name),
            )
            for learner in self._both
        )

    def _course(self, name: str, learners: Sequence[Learner], *, stock: bool = False) -> ScratchCourse:
        doing = f"making the course {name}"
        self._progress(doing, 0, 1)
        course = ScratchCourse(self._scratch / name, self._plan.origin, self._plan.assignment, stock=stock)
        course.hand_in(learners)
        self._progress(doing, 1, 1)
        return course

    def _grade(self, course: ScratchCourse, name: str, learners: Sequence[Learner], *options: str) -> None:
        count, before = len(learners), course.graded()
        self._progress(name, 0, count)

        def on_tick() -> None:
            self._progress(name, course.graded() - before, count)

        cost, said = course.grade(self._plan.workers, *options, on_tick=on_tick)
        fits = said["fits"]
        self.figures.phases[name] = Phase(count, cost, fits["looked_up"], fits["trained"])
        self.figures.lost.update(
            {learner: item["reason"] for learner, item in said["learners"].items() if item["state"] == "lost"}
        )
        self._progress(name, count, count)
