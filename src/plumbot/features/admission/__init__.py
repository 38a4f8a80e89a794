"""How an approved person, and nobody else, gets into the club chat.

An admin approves; the person accepts the rules and gets a personal link (`service.py`). Whoever asks to join by it
meets the gate (`gate.py`). Every arrival and departure is looked at again (`arrivals.py`). `door.py` holds the calls to
Telegram, `notices.py` what people are told, `upkeep.py` the care of the chat, `settling.py` who is inside after a move.
"""
