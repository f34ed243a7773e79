"""An artificial language whose words fall into classes, for pre-training without labels and tuning with a few.

A hidden Markov chain moves from topic to topic, one topic for each sentence. A sentence mixes words of its topic's
class with function words and with words of other classes. Words are numbers; which word is in which class only their
company tells. Special tokens are the caller's: they may use the numbers from `language.words` on.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

Sentence = tuple[int, ...]


@dataclass(frozen=True)
class Labelled:
    """A sentence and its topic."""

    sentence: Sentence
    topic: int


@dataclass(frozen=True)
class Language:
    """Classes of words and how sentences use them; 6 x 44 + 10 = 274 words unless told otherwise.

    Word w is a function word if w < function_words, and else of class (w - function_words) % classes.
    """

    classes: int = 6
    words_per_class: int = 44
    function_words: int = 10
    shortest: int = 6
    longest: int = 10
    function_share: float = 0.3
    topic_share: float = 0.8  # of the other words; the rest are of any class
    stay: float = 0.9  # the next sentence of a document keeps the topic

    @property
    def words(self) -> int:
        """How many words there are."""
        return self.function_words + self.classes * self.words_per_class

    def class_of(self, word: int) -> int | None:
        """The class of a word, None for function words."""
        return None if word < self.function_words else (word - self.function_words) % self.classes

    def sentence(self, rng: random.Random, topic: int) -> Sentence:
        """A sentence on the topic."""
        return tuple(self._word(rng, topic) for _ in range(rng.randint(self.shortest, self.longest)))

    def document(self, rng: random.Random, sentences: int) -> list[Labelled]:
        """Sentences whose topics follow the Markov chain."""
        topic = rng.randrange(self.classes)
        found = []
        for _ in range(sentences):
            found.append(Labelled(self.sentence(rng, topic), topic))
            if rng.random() >= self.stay:
                topic = rng.choice([other for other in range(self.classes) if other != topic])
        return found

    def labelled(self, rng: random.Random, count: int, without: Collection[int] = ()) -> list[Labelled]:
        """Sentences of all topics in turn; those with a word of a class that is in `without` are left out."""
        sentences = ((topic, self.sentence(rng, topic)) for topic in self._topics())
        fresh = (Labelled(s, topic) for topic, s in sentences if not self.content(s) & set(without))
        return [next(fresh) for _ in range(count)]

    def content(self, sentence: Sequence[int]) -> set[int]:
        """The words of a sentence that are of a class."""
        return {word for word in sentence if word >= self.function_words}

    def _topics(self) -> Iterator[int]:
        while True:
            yield from range(self.classes)

    def _word(self, rng: random.Random, topic: int) -> int:
        if rng.random() < self.function_share:
            return rng.randrange(self.function_words)
        kind = topic if rng.random() < self.topic_share else rng.randrange(self.classes)
        return self.function_words + kind + self.classes * rng.randrange(self.words_per_class)
