"""The scene of the tour in which everything that Steward keeps is stolen."""

from bot.demo import thief
from bot.demo.cast import ANAS
from bot.demo.stage import Tour


async def theft(tour: Tour) -> None:
    """Show what a thief of everything Steward keeps would see."""
    teller, ana = tour.teller, tour.world.people["Ana"]
    teller.scene("13  What a thief sees")
    teller.say(
        "Somebody copies every file that Steward has: both stores, the keys and the log. These are the files "
        "and the rows."
    )
    sizes = [
        f"{path.relative_to(tour.directory)}  {path.stat().st_size:,} bytes" for path in thief.files(tour.directory)
    ]
    teller.shows("Every file of Steward", sizes)
    for table in thief.tables(tour.directory):
        if table.rows and table.name in {"cases", "case_messages", "tallies", "intake"}:
            teller.shows(f"{table.store}, table {table.name}: {len(table.rows)} rows", thief.sample(table, teller.room))
    opened = thief.texts(tour.directory)
    teller.gap()
    teller.expect(
        f"With the stolen keys {len(opened)} texts open: that is the price of reading in Discord, and the honest "
        "screen says so.",
        ANAS.text in opened,
    )
    teller.say("But no file knows who wrote them. Here is Ana, searched for in the raw bytes of every file:")
    teller.gap()
    searches = {
        f"her Discord id {ana.id}": thief.forms_of_id(ana.id),
        "her name “Quillfeather”": thief.forms_of_text("Quillfeather"),
        "her account name “ana.quillfeather”": thief.forms_of_text("ana.quillfeather"),
        "her case code": thief.forms_of_text(tour.codes["Ana"]),
        "the words of her report": thief.forms_of_text(ANAS.text.split("\n")[0]),
        "what she first typed in the chat": thief.forms_of_text("who do I tell"),
    }
    for what, forms in searches.items():
        found = thief.search(tour.directory, forms)
        where = f" FOUND in {', '.join(sorted({path.name for path, _ in found}))}" if found else " found nowhere"
        teller.expect(f"{what}, {', '.join(forms)}:{where}.", not found)
    vera = thief.search(tour.directory, thief.forms_of_id(tour.world.people["Vera"].id))
    teller.expect(
        "The search itself works: the id of Vera, who is on the list of organizers, is found in "
        f"{', '.join(sorted({path.name for path, _ in vera})) or 'no file'}.",
        vera,
    )
