"""The Python side of the cli and boto3 clients: requests and answers as JSON lines on stdin and stdout.

A request is {"id", "do": "call" | "tail" | "read" | "shut", …}; its answer is {"id", "ok", "output" | "failure"}.
Usage: driver.py cli | boto3. The target and the credentials arrive in the environment.
"""

import base64
import json
import os
import re
import socket
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone

# Answers have the real stdout for themselves: whatever a client prints must not end up between them.
ANSWERS = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)
WRITING = threading.Lock()

ENDPOINT = os.environ.get("COMPAT_ENDPOINT") or None
REGION = os.environ["AWS_DEFAULT_REGION"]
TIMEOUT_S = 60

# How the CLI prints a refusal; a retryable one says in between how often it was tried.
SHOWN_ERROR = (
    r"\s*An error occurred \((.*?)\) when calling the \w+ operation(?: \(reached max retries: \d+\))?: (.*)\n"
)


def resolve_account_hosts():
    """S3 Control's clients put the account before the endpoint's host, which makes a name that only wildcard names in the DNS resolve."""
    resolve = socket.getaddrinfo
    socket.getaddrinfo = lambda host, *rest, **named: resolve(
        re.sub(r"^\d{12}\.", "", host) if isinstance(host, str) else host, *rest, **named
    )


if ENDPOINT:
    resolve_account_hosts()


def plain(value):
    """What JSON has no form for: times as the JavaScript SDK prints them, bytes as text, or else as Base64."""
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if hasattr(value, "read"):
        value = value.read()
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return base64.b64encode(value).decode("ascii")
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def answer(identifier, **members):
    with WRITING:
        ANSWERS.write(json.dumps({"id": identifier, **members}, default=plain) + "\n")
        ANSWERS.flush()


def credentials(identity):
    """(key id, secret, token) for an identity of a scenario; None means unsigned."""
    if identity == "nobody":
        return None
    identity = identity or {}
    return (
        identity.get("keyId") or os.environ["AWS_ACCESS_KEY_ID"],
        identity.get("secret") or os.environ["AWS_SECRET_ACCESS_KEY"],
        identity.get("token") or (None if identity.get("secret") else os.environ.get("AWS_SESSION_TOKEN")) or None,
    )


def header_setter(headers):
    def set_headers(request, **_):
        for name, value in headers.items():
            del request.headers[name]
            request.headers[name] = value

    return set_headers


def failure_of(response):
    """The failure in a parsed botocore error response."""
    error = response["Error"]
    extra = {k: v for k, v in response.items() if k not in ("Error", "ResponseMetadata", "message", "Message")}
    return {
        **extra,
        "code": error.get("Code", ""),
        "message": error.get("Message", ""),
        "http": response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0),
    }


def client_failure(error):
    return {"code": "Client:" + type(error).__name__, "message": str(error)}


def with_bytes(value):
    """An input in which {"$bytes": Base64} became bytes."""
    if isinstance(value, list):
        return [with_bytes(item) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"$bytes"}:
        return base64.b64decode(value["$bytes"])
    return {name: with_bytes(item) for name, item in value.items()}


class Boto3:
    """The AWS SDK for Python. Its clients may be called from many threads."""

    threads = 8

    def __init__(self):
        import boto3

        self.session = boto3.Session(region_name=REGION)
        self.clients = {}
        self.tails = {}
        self.lock = threading.Lock()

    def client(self, request):
        import botocore
        from botocore.config import Config

        key = json.dumps([request["service"], request.get("identity"), request.get("headers")], sort_keys=True)
        with self.lock:
            if key in self.clients:
                return self.clients[key]
            keys = credentials(request.get("identity"))
            options = {
                "retries": {"total_max_attempts": 1},
                "parameter_validation": False,
                # StartLiveTail would call streaming-logs.<host>, a name that only AWS's own endpoints have.
                "inject_host_prefix": ENDPOINT is None,
                "max_pool_connections": 32,
                "read_timeout": TIMEOUT_S,
                "connect_timeout": TIMEOUT_S,
            }
            if keys is None:
                options["signature_version"] = botocore.UNSIGNED
                keys = (None, None, None)
            client = self.session.client(
                request["service"],
                endpoint_url=ENDPOINT,
                aws_access_key_id=keys[0],
                aws_secret_access_key=keys[1],
                aws_session_token=keys[2],
                config=Config(**options),
            )
            if request.get("headers"):
                client.meta.events.register("before-sign", header_setter(request["headers"]))
            self.clients[key] = client
            return client

    def call(self, request):
        from botocore import xform_name
        from botocore.exceptions import ClientError

        client, name = self.client(request), xform_name(request["operation"])
        try:
            if request.get("pages"):
                pages = client.get_paginator(name).paginate(
                    **request["input"], PaginationConfig={"PageSize": request["pages"]}
                )
                output = pages.build_full_result()
            else:
                output = getattr(client, name)(**with_bytes(request["input"]))
        except ClientError as error:
            return {"ok": False, "failure": failure_of(error.response)}
        except Exception as error:  # Whatever else a client raises is the scenario's to judge.
            return {"ok": False, "failure": client_failure(error)}
        output.pop("ResponseMetadata", None)
        return {"ok": True, "output": output}

    def tail(self, request):
        from botocore.exceptions import ClientError

        try:
            stream = self.client(request).start_live_tail(**request["input"])["responseStream"]
            events = iter(stream)
            first = next(events)
        except ClientError as error:
            return {"ok": False, "failure": failure_of(error.response)}
        except Exception as error:
            return {"ok": False, "failure": client_failure(error)}
        tail = {"stream": stream, "updates": [], "broken": None, "closing": False, "first": first}

        def pump():
            try:
                for event in events:
                    if "sessionUpdate" in event:
                        tail["updates"].append(event["sessionUpdate"])
            except Exception as error:
                if not tail["closing"]:
                    tail["broken"] = client_failure(error)

        threading.Thread(target=pump, daemon=True).start()
        self.tails[request["id"]] = tail
        return {"ok": True, "output": {"tail": request["id"]}}

    def read(self, request):
        tail = self.tails[request["tail"]]
        if tail["broken"]:
            return {"ok": False, "failure": tail["broken"]}
        updates = list(tail["updates"])
        events = [event for update in updates for event in update["sessionResults"]]
        return {"ok": True, "output": {**tail["first"], "updates": updates, "events": events}}

    def shut(self, request):
        tail = self.tails.pop(request["tail"])
        tail["closing"] = True
        tail["stream"].close()
        return {"ok": True, "output": {}}


class Cli:
    """The AWS CLI's own command code, from the command line's words to its printed text. One call at a time."""

    threads = 1

    def __init__(self):
        self.drivers = {}
        self.exchanges = []

    def driver(self, request):
        from awscli.clidriver import create_clidriver

        key = json.dumps([request.get("identity"), request.get("headers")], sort_keys=True)
        if key not in self.drivers:
            driver = create_clidriver()
            keys = credentials(request.get("identity"))
            if keys is not None:
                driver.session.set_credentials(*keys)
            driver.session.register("after-call", lambda parsed, **_: self.exchanges.append(parsed))
            if request.get("headers"):
                driver.session.register("before-sign", header_setter(request["headers"]))
            self.drivers[key] = driver
        return self.drivers[key]

    def call(self, request):
        import contextlib
        import io

        from botocore import xform_name

        given = with_bytes(request["input"])
        # JSON has no form for bytes: they are given as people do it, in files.
        files = {name: value for name, value in given.items() if isinstance(value, bytes)}
        folder = tempfile.TemporaryDirectory()
        others = {name: value for name, value in given.items() if name not in files}
        # The CLI's own command s3 is not that of the API.
        command = "s3api" if request["service"] == "s3" else request["service"]
        words = [command, xform_name(request["operation"], "-"), "--cli-input-json", json.dumps(others)]
        for name, value in files.items():
            path = os.path.join(folder.name, name)
            with open(path, "wb") as file:
                file.write(value)
            words += ["--" + xform_name(name, "-"), "fileb://" + path]
        words += ["--output", "json", "--region", REGION, "--cli-read-timeout", str(TIMEOUT_S)]
        words += ["--page-size", str(request["pages"])] if request.get("pages") else ["--no-paginate"]
        words += ["--endpoint-url", ENDPOINT] if ENDPOINT else []
        words += ["--no-sign-request"] if request.get("identity") == "nobody" else []
        out, err = io.StringIO(), io.StringIO()
        self.exchanges.clear()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                status = self.driver(request).main(words)
            except SystemExit as exit:
                status = exit.code
        folder.cleanup()
        if status == 0:
            output = json.loads(out.getvalue() or "{}")
            # The CLI prints bytes as Base64; they are compared as the other clients' are.
            model = self.driver(request).session.get_service_model(request["service"])
            shape = model.operation_model(request["operation"]).output_shape
            for name, member in (shape.members if shape else {}).items():
                if member.type_name == "blob" and isinstance(output.get(name), str):
                    output[name] = plain(base64.b64decode(output[name]))
            return {"ok": True, "output": output}
        shown = re.fullmatch(SHOWN_ERROR, err.getvalue(), re.DOTALL)
        if shown is None:
            return {"ok": False, "failure": {"code": "Client:Cli", "message": err.getvalue().strip()}}
        # The CLI prints code and message; the status and the error's members come from the exchange below it.
        below = failure_of(self.exchanges[-1]) if self.exchanges and "Error" in self.exchanges[-1] else {}
        return {"ok": False, "failure": {**below, "code": shown.group(1), "message": shown.group(2)}}


def main():
    clients = {"cli": Cli, "boto3": Boto3}
    client = clients[sys.argv[1]]()

    def serve(request):
        try:
            answer(request["id"], **getattr(client, request["do"])(request))
        except Exception as error:  # A fault of the driver itself: the runner reports it with the scenario.
            answer(request["id"], fault=f"{type(error).__name__}: {error}")

    with ThreadPoolExecutor(client.threads) as pool:
        for line in sys.stdin:
            pool.submit(serve, json.loads(line))


main()
