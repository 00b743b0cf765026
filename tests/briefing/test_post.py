"""The post: hands mail over through TLS with a password, or to nobody it cannot trust; what it hands over counts, whatever follows."""

from email.message import EmailMessage

import pytest

from dashboard.briefings.post import Post
from dashboard.settings import MailServer
from tests.briefing import mail_server as mail
from tests.briefing.mail_server import mail_server

FROM, UNIT = "briefings@example.org", "duty-office@example.org"


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The authority that vouches for the test server."""
    monkeypatch.setenv("SSL_CERT_FILE", str(mail.AUTHORITY))


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(("scheme", "implicit"), [("smtp+starttls", False), ("smtps", True)])
def test_a_password_goes_through_tls(scheme: str, implicit: bool, caplog: pytest.LogCaptureFixture) -> None:
    with mail_server(not implicit, implicit, password=True) as server:
        post = Post(MailServer(scheme, "localhost", server.port, mail.USER, mail.PASSWORD), FROM)
        assert post.send(small()) == []
        assert len(server.got) == 1
        wrong = Post(MailServer(scheme, "localhost", server.port, mail.USER, "not-this-one"), FROM)
        with pytest.raises(OSError, match="535") as caught:
            wrong.send(small())
    assert "not-this-one" not in f"{caught.value!r} {caplog.text}"
    assert len(server.got) == 1


@pytest.mark.usefixtures("trusted")
def test_nothing_is_said_to_a_server_without_tls() -> None:
    with mail_server(password=True) as server:
        with pytest.raises(OSError, match="STARTTLS"):
            Post(MailServer("smtp+starttls", "localhost", server.port, mail.USER, mail.PASSWORD), FROM).send(small())
        assert not {"AUTH", "MAIL"} & set(server.heard)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_nothing_is_said_to_a_server_that_is_not_trusted(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its authority is unknown, or its certificate is for another name."""
    if host != "localhost":
        monkeypatch.setenv("SSL_CERT_FILE", str(mail.AUTHORITY))
    with mail_server(starttls=True, password=True) as server:
        with pytest.raises(OSError, match="certificate verify failed"):
            Post(MailServer("smtp+starttls", host, server.port, mail.USER, mail.PASSWORD), FROM).send(small())
        assert not {"AUTH", "MAIL"} & set(server.heard)


def small() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = FROM, UNIT, "简报"
    message.set_content("数")
    return message
