"""One catalogue for each language, and how they are kept in step with the sentences in the code."""
