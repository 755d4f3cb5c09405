"""What LangChain's and LiteLLM's clients get of a service, as JSON: python_clients.py ADDRESS QUESTIONS.

QUESTIONS is JSON: the question of each way of each client. Each is asked twice.
"""

import json
import os
import sys

os.environ.update(LITELLM_LOCAL_MODEL_COST_MAP="True", LANGCHAIN_TRACING_V2="false")

import litellm
from langchain_openai import ChatOpenAI
from pydantic import BaseModel

ADDRESS = sys.argv[1] + "/v1"
QUESTIONS = json.loads(sys.argv[2])


class Refund(BaseModel):
    """How long a refund takes."""

    days: int


def get_weather(city: str) -> str:
    """The weather of a city."""
    return f"It rains in {city}."


TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}


def langchain_ways() -> dict:
    model = ChatOpenAI(model="default", base_url=ADDRESS, api_key="none", max_retries=0)
    tools = model.bind_tools([get_weather])
    structured = model.with_structured_output(Refund)

    def join(runnable, question: str):
        whole = None
        for chunk in runnable.stream(question):
            whole = chunk if whole is None else whole + chunk
        return whole

    def call(message) -> dict:
        return [{"name": c["name"], "args": c["args"]} for c in message.tool_calls][0]

    def after(question: str) -> str:
        said = tools.invoke(question)
        result = {"role": "tool", "tool_call_id": said.tool_calls[0]["id"], "content": "It rains."}
        return tools.invoke([("user", question), said, result]).content

    by_call = model.with_structured_output(Refund, method="function_calling")
    return {
        "answer": lambda question: model.invoke(question).content,
        "streamed answer": lambda question: join(model, question).content,
        "answer with tools": lambda question: tools.invoke(question).content,
        "streamed answer with tools": lambda question: join(tools, question).content,
        "tool call": lambda question: call(tools.invoke(question)),
        "streamed tool call": lambda question: call(join(tools, question)),
        "object": lambda question: structured.invoke(question).model_dump(),
        "streamed object": lambda question: list(structured.stream(question))[-1].model_dump(),
        "after a tool": after,
        "object by a call": lambda question: by_call.invoke(question).model_dump(),
    }


def litellm_ways() -> dict:
    def complete(content: str, **more):
        return litellm.completion(
            model="openai/default",
            api_base=ADDRESS,
            api_key="none",
            messages=[{"role": "user", "content": content}],
            **more,
        ).choices[0].message

    def stream(content: str, **more):
        chunks = litellm.completion(
            model="openai/default",
            api_base=ADDRESS,
            api_key="none",
            messages=[{"role": "user", "content": content}],
            stream=True,
            **more,
        )
        return litellm.stream_chunk_builder(list(chunks)).choices[0].message

    def call(message) -> dict:
        called = message.tool_calls[0].function
        return {"name": called.name, "args": json.loads(called.arguments)}

    def read(message) -> dict:
        return json.loads(message.content)

    return {
        "answer": lambda question: complete(question).content,
        "streamed answer": lambda question: stream(question).content,
        "answer with tools": lambda question: complete(question, tools=[TOOL]).content,
        "streamed answer with tools": lambda question: stream(question, tools=[TOOL]).content,
        "tool call": lambda question: call(complete(question, tools=[TOOL])),
        "streamed tool call": lambda question: call(stream(question, tools=[TOOL])),
        "object": lambda question: read(complete(question, response_format=Refund)),
        "streamed object": lambda question: read(stream(question, response_format=Refund)),
    }


CLIENTS = {"LangChain, Python": langchain_ways(), "LiteLLM, Python": litellm_ways()}
print(
    json.dumps(
        {
            name: {way: [CLIENTS[name][way](question) for _ in range(2)] for way, question in asked.items()}
            for name, asked in QUESTIONS.items()
        }
    )
)
