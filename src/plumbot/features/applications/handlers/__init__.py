"""The doors of applying and deciding."""

from aiogram import Router

from plumbot.club.panel import leave_question
from plumbot.club.permissions import Permission
from plumbot.features.applications.handlers import applying, deciding, panel
from plumbot.kit.handling import needs


def router() -> Router:
    """Before the menu's: /start join and /start within a form are ours."""
    router = Router(name="applications")
    everybody = needs(Permission.EVERYBODY)
    applying.register(router, everybody)
    deciding.register(router, needs(Permission.ADMIN), everybody)
    return router


def panel_router() -> Router:
    """Its presses end a question of the panel."""
    router = Router(name="applications panel")
    router.callback_query.middleware(leave_question)
    panel.register(router, needs(Permission.ADMIN))
    return router
