"""The comments of GitHub's API, as far as dist/action uses them, on a Unix socket (gh: `http_unix_socket`).

usage: python3 dist/github.py SOCKET FILE      FILE: where the comments are kept, as JSON

https://docs.github.com/en/rest/issues/comments
"""

import json
import pathlib
import socketserver
import sys
from http.server import BaseHTTPRequestHandler

SOCKET, FILE = sys.argv[1], pathlib.Path(sys.argv[2])
PER_PAGE = 2


class Comments(BaseHTTPRequestHandler):
    def do_GET(self):
        path, _, query = self.path.partition("?")
        page = int(dict(it.split("=") for it in query.split("&") if it).get("page", 1))
        comments = json.loads(FILE.read_text())
        more = len(comments) > page * PER_PAGE
        link = f'<https://api.github.com{path}?page={page + 1}>; rel="next"' if more else None
        self.answer(200, comments[(page - 1) * PER_PAGE : page * PER_PAGE], link)

    def do_POST(self):
        assert self.path == "/repos/example/fleet/issues/7/comments", self.path
        comments = json.loads(FILE.read_text())
        comments.append({"id": len(comments) + 1, "body": self.body()})
        FILE.write_text(json.dumps(comments))
        self.answer(201, comments[-1])

    def do_PATCH(self):
        before, _, number = self.path.rpartition("/")
        assert before == "/repos/example/fleet/issues/comments", self.path
        comments = json.loads(FILE.read_text())
        comments[int(number) - 1]["body"] = self.body()
        FILE.write_text(json.dumps(comments))
        self.answer(200, comments[int(number) - 1])

    def body(self):
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]

    def answer(self, status, value, link=None):
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if link:
            self.send_header("Link", link)
        self.end_headers()
        self.wfile.write(data)

    def address_string(self):
        return "gh"  # A Unix socket has no address.


with socketserver.UnixStreamServer(SOCKET, Comments) as server:
    server.serve_forever()
