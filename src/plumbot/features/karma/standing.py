"""What other features ask of karma: where somebody stands, and what changed on which day."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plumbot.club.tables import Profile
from plumbot.features.karma import ranking
from plumbot.features.karma.tables import KarmaDay


class Standing:
    """Stands behind the ports of the profile and of the digest."""

    def place(self, session: Session, profile: Profile) -> int:
        return ranking.place_of(session, profile)

    def changes_by_day(self, session: Session, user_id: int, since: date) -> Mapping[date, int]:
        query = select(KarmaDay.day, KarmaDay.plus - KarmaDay.minus)
        rows = session.execute(query.where(KarmaDay.user_id == user_id, KarmaDay.day >= since))
        return {day: net for day, net in rows if net}

    def changed_on(self, session: Session, day: date, after: int, most: int) -> Sequence[tuple[int, int, int]]:
        """People with a greater id whose karma changed that day, by id: who, plus, minus."""
        query = select(KarmaDay.user_id, KarmaDay.plus, KarmaDay.minus)
        query = query.where(KarmaDay.day == day, KarmaDay.user_id > after, KarmaDay.plus + KarmaDay.minus > 0)
        return [
            (who, plus, minus) for who, plus, minus in session.execute(query.order_by(KarmaDay.user_id).limit(most))
        ]

    def movers(self, session: Session, first: date, last: date, most: int) -> Sequence[tuple[Profile, int]]:
        """Members who gained most between two days, both included: who, and how much."""
        net = func.sum(KarmaDay.plus) - func.sum(KarmaDay.minus)
        query = (
            select(Profile, net)
            .join(KarmaDay, KarmaDay.user_id == Profile.user_id)
            .where(KarmaDay.day.between(first, last), Profile.in_club)
            .group_by(Profile.user_id)
            .having(net > 0)
            .order_by(net.desc(), Profile.joined_at.asc().nulls_last(), Profile.user_id)
            .limit(most)
        )
        return [(profile, int(gained)) for profile, gained in session.execute(query)]
