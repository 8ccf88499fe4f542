"""One tab a modality, all of one class: what differs is the request, and the view of its medium."""
