"""One editor a kind of parameter, and the form that lays them out.

A new kind needs its metadata in `engine.api.params`, a file here, and a line in `table`. A kind without an editor is
carried by the form and not shown: a draft comes from the preview. An editor that needs more than its field, such as the
voices that there are, has a method `use(surroundings)`; one that depends on other fields, `follow(request)`; one that
knows what is wrong while it is written, a signal `refused(sentence)`.
"""
