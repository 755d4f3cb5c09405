"""Adds a turn to a conversation as a program in Python would, and prints what then stands there.

Arguments: the server's port, the conversation's id, the question, the answer.
"""

import json
import sys

import redis

_, port, conversation, question, answer = sys.argv
client = redis.Redis(port=int(port), decode_responses=True)
key = f"chat:{conversation}"
pipeline = client.pipeline()
for role, content in (("user", question), ("assistant", answer)):
    pipeline.rpush(key, json.dumps({"role": role, "content": content}))
pipeline.ltrim(key, -20, -1)
pipeline.expire(key, 86400)
pipeline.execute()
print(json.dumps([json.loads(item) for item in client.lrange(key, 0, -1)]))
