"""The public record: everything of a guild that may be joined, shown and backed up."""
