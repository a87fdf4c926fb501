"""The answers for programs: their shapes, the document that describes them, and the feed."""
