"""A page lives: it hears of every change, says when it hears nothing, and comes back by itself."""

NUMBER = "document.querySelector('#p-grid_management-open_cases .digits')?.textContent"


def shown(page):
    return int((page.page.evaluate(NUMBER) or "0").replace(",", ""))


def test_a_new_case_is_on_every_page(own, watched):
    engine = own.engine()
    with own.started():
        pages = [watched(f"{own.url}/{surface}/grid_management?lang=en").drawn() for surface in ("wall", "desk")]
        wall = pages[0]
        before = shown(wall)
        for count in range(1, 4):
            own.new_case(engine)
            for page in pages:
                page.wait(lambda page=page, count=count: shown(page) == before + count, f"{before + count} cases")
        for _ in range(20):
            own.new_case(engine)
        wall.wait(lambda: shown(wall) == before + 23, "a burst of cases")
        for page in pages:
            assert page.most_at_once == 1
            assert not page.said
            assert not page.outside()
    engine.dispose()


def test_it_polls_where_the_stream_cannot_be_had(own, watched):
    engine = own.engine()
    with own.started():
        page = watched("about:blank")
        page.page.route("**/live/stream", lambda route: route.abort())
        page.page.goto(f"{own.url}/wall/grid_management?lang=en")
        page.drawn()
        before = shown(page)
        own.new_case(engine)
        page.wait(lambda: shown(page) == before + 1, "the case to come by polling")
        page.wait(lambda: not page.stale(), "a living picture")
    engine.dispose()


def test_a_dead_server_shows_and_a_new_one_is_found(own, watched):
    engine = own.engine()
    with own.started() as process:
        page = watched(f"{own.url}/wall/grid_management?lang=en").drawn()
        before = shown(page)
        page.wait(lambda: not page.stale(), "a living picture")
        own.killed(process)
        page.wait(page.stale, "the sign of a stopped picture")
        assert page.page.locator("#stale-banner").is_visible()
        assert shown(page) == before
        own.new_case(engine)
    with own.started():
        page.wait(lambda: not page.stale() and shown(page) == before + 1, "the picture to move again")
    engine.dispose()


def test_a_silent_database_shows(own, watched):
    """The web process lives, but what it reads is gone: the page must not look alive."""
    with own.started():
        page = watched(f"{own.url}/wall/grid_management?lang=zh").drawn()
        page.wait(lambda: not page.stale(), "a living picture")
        engine = own.engine()
        with engine.connect() as connection:
            connection.exec_driver_sql("ALTER TABLE version RENAME TO away")
        page.wait(page.stale, "the sign of a stopped picture")
        with engine.connect() as connection:
            connection.exec_driver_sql("ALTER TABLE away RENAME TO version")
        page.wait(lambda: not page.stale(), "the picture to move again")
        engine.dispose()


def test_a_page_whose_drawing_was_lost_asks_again(own, watched):
    with own.started():
        page = watched("about:blank", 1440, 900)
        lost = []

        def lose(route):
            if lost:
                route.continue_()
            else:
                lost.append(route.request.url)
                route.abort()

        page.page.route("**/_dash-update-component*", lose)
        page.page.goto(f"{own.url}/wall/overview?lang=en")
        page.drawn()
        assert lost
