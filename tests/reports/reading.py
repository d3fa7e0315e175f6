"""A page as its reader sees it: words, sections, and what tags refer to."""

from html.parser import HTMLParser

_JOINT = "\0"  # where a narrow screen may break a word


class Reader(HTMLParser):
    """Collects the words a reader sees, the tags, the ids, and what tags refer to."""

    def __init__(self, page):
        super().__init__()
        self.words, self.tags, self.ids, self.links, self.open = [], [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag == "wbr":
            self.words.append(_JOINT)
            return
        self.open.append(tag)
        for name, value in attributes:
            if name == "id":
                self.ids.append(value)
            if name in ("src", "href", "xlink:href", "data", "action", "srcset"):
                self.links.append(value)

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.words.append(data)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    @property
    def text(self):
        return " ".join(" ".join(self.words).split()).replace(f" {_JOINT} ", "")

    @property
    def sections(self):
        return [each for each in self.ids if not each.startswith("source-")]
