"""Operations: what the person who hosts Steward does from the command line."""
