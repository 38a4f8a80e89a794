"""Speech to text: a voice message in, its words out.

Recognition is a library inside: `recognition.Recogniser` is its door, `ports` says what goes through it, `decoding`
reads files in a process of its own, `pieces` cuts where nobody speaks, `engines` listen.
"""
