"""A restic repository that falls silent: a REST server over a local one, of reading alone.

    with HungRepository(folder) as repository:
        repository.address

From the first question for locks on it takes requests, counts them and answers none, until `wake`."""

import contextlib
import http.server
import json
import pathlib
import threading


class HungRepository:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.ends = threading.Event()
        self.is_silent = False
        self.unanswered = []
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.address = f"rest:http://127.0.0.1:{self.server.server_port}/"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def _handler(self):
        repository = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = repository.answer(self.path.split("?")[0])
                if body is None:
                    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # killed meanwhile
                        self.send_error(404)
                    return
                begin, _, end = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")
                body = body[int(begin):int(end) + 1 if end else None]
                self.send_response(206 if "Range" in self.headers else 200)
                self.send_header("Content-Type", "application/vnd.x.restic.rest.v1")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body)

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        return Handler

    def answer(self, path):
        self.is_silent = self.is_silent or path.startswith("/locks")
        if self.is_silent:
            self.unanswered.append(path)
            self.ends.wait()
            return None
        place = self.folder / path.strip("/")
        if path.startswith("/data/") and len(place.name) > 2:
            place = self.folder / "data" / place.name[:2] / place.name
        if place.is_dir():
            return json.dumps([file.name for file in place.rglob("*") if file.is_file()]).encode()
        return place.read_bytes() if place.is_file() else None

    def wake(self):
        """What waits is told that nothing is there."""
        self.is_silent = False
        self.unanswered = []
        self.ends.set()
        self.ends = threading.Event()

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.wake()
        self.server.shutdown()
        self.server.server_close()
