"""The rig editor: a page of one's own machine on which joints are dragged and the mask is painted."""
