"""The scene of the tour in which one organizer pulls the brake and two let go of it."""

from bot.approvals.rules import NeedsAnotherOrganizer
from bot.demo.stage import Tour
from bot.guilds.rules import Frozen


async def two_organizers(tour: Tour) -> None:
    """Freeze Steward alone, thaw it together, and let a member read what organizers did."""
    world, teller = tour.world, tour.teller
    omar, vera, farah, gus = (tour.person(name) for name in ("Omar", "Vera", "Farah", "Gus"))
    teller.scene("12  What takes two organizers")
    teller.say("Omar's phone was stolen, and with it his Discord. Any one organizer can stop everything at once.")
    await omar.runs("panic")
    await omar.presses("trust:freeze")
    omar.show()
    await farah.runs("report file")
    teller.gap()
    teller.expect("Nobody can file while Steward is frozen, and they are told why.", Frozen.sentence in farah.seen)
    teller.say("The phone is found. Letting go of the brake takes two: Omar proposes it.")
    await omar.runs("panic")
    await omar.presses("trust:thaw")
    await omar.runs("decisions")
    omar.show()
    await omar.presses("approvals:agree")
    teller.gap()
    teller.expect("Omar cannot agree with himself.", NeedsAnotherOrganizer.sentence in omar.seen)
    await vera.runs("decisions")
    await vera.presses("approvals:agree")
    await world.tick()
    await farah.runs("report file")
    teller.gap()
    teller.expect("Vera agrees, and reports are taken in again.", "reports:write" in " ".join(farah.routes))
    teller.say("Gus is a member like any other. He may read what organizers did, but nothing that tells of a report.")
    await gus.runs("audit")
    gus.show()
    teller.gap()
    teller.expect(
        "The audit chain names what was done, and no case.", "froze Steward" in gus.seen and "case" not in gus.seen
    )
