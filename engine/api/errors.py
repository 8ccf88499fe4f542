"""The two ways in which a request can end badly, both said in one sentence that a user can act on."""


class BadInput(Exception):
    """What the user gave cannot be used; the sentence names what to change. Exit code 2 on the command line."""


class Failure(Exception):
    """Quartet could not do what was asked; the sentence says why and what to do. Exit code 1."""


class Cancelled(Exception):
    """The job's owner asked for its end; raised where a loop cannot simply stop."""
