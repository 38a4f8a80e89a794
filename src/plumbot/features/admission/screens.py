"""What people see of admission. Importing this makes all its screens known; handlers take callback data from here."""

from plumbot.features.admission.admin_screens import CloseCase, GiveLink, Keep, Remove
from plumbot.features.admission.applicant_screens import AcceptRules, NewLink

__all__ = ["AcceptRules", "CloseCase", "GiveLink", "Keep", "NewLink", "Remove"]
