"""Rehearsals: the situations that districts ask about, where they are in this one, and what each step would do.

Situations are in :mod:`pushing` and :mod:`staying`, each with the steps that the documentation gives for it, where
they apply in ``sql/`` (:mod:`places`). A step is a push, in a scenario where something has to be set up first.
"""
