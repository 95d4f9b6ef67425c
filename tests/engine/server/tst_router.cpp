#include "engine/server/router.h"
#include "tests/support/test_program.h"


using namespace engine::server;
using namespace Qt::StringLiterals;

namespace {

Router routerOfTheContract()
{
    Router router;
    const Handler handler = [](const Request &, Responder) {};
    router.addRoute("GET", u"/api/calls"_s, handler);
    router.addRoute("GET", u"/api/calls/*"_s, handler);
    router.addRoute("POST", u"/api/calls/*/hangup"_s, handler);
    router.addRoute("GET", u"/both"_s, handler);
    router.addRoute("POST", u"/both"_s, handler);
    router.addUpgrade(u"/ws"_s, {}, {});
    router.addUpgrade(u"/rooms/*"_s, {}, {});
    return router;
}

QByteArray headerOf(const Response &response, QByteArrayView name)
{
    return headerValue(response.headers, name).value_or(QByteArray());
}

} // namespace

class TestRouter : public QObject
{
    Q_OBJECT

private slots:
    void finds_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QStringList>("captures");
        QTest::newRow("plain") << QByteArray("GET") << QByteArray("/api/calls") << QStringList();
        QTest::newRow("with a query") << QByteArray("GET") << QByteArray("/api/calls?limit=1&x=/a/b") << QStringList();
        QTest::newRow("captured") << QByteArray("GET") << QByteArray("/api/calls/CA1") << QStringList{u"CA1"_s};
        QTest::newRow("captured inside") << QByteArray("POST") << QByteArray("/api/calls/CA1/hangup")
                                         << QStringList{u"CA1"_s};
        QTest::newRow("captured and decoded")
            << QByteArray("GET") << QByteArray("/api/calls/a%2fb%20%C3%A9+") << QStringList{u"a/b é+"_s};
        QTest::newRow("encoded letters of the path")
            << QByteArray("GET") << QByteArray("/%61pi/calls") << QStringList();
        QTest::newRow("HEAD for GET") << QByteArray("HEAD") << QByteArray("/api/calls") << QStringList();
    }
    void finds()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, target);
        const auto found = routerOfTheContract().findRoute(method, target);
        QVERIFY(std::holds_alternative<Router::RouteMatch>(found));
        QTEST(std::get<Router::RouteMatch>(found).captures, "captures");
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("allow");
        const QByteArray get = "GET";
        QTest::newRow("unknown") << get << QByteArray("/nothing") << 404 << QByteArray();
        QTest::newRow("root") << get << QByteArray("/") << 404 << QByteArray();
        QTest::newRow("asterisk") << QByteArray("OPTIONS") << QByteArray("*") << 404 << QByteArray();
        QTest::newRow("other letter case") << get << QByteArray("/API/calls") << 404 << QByteArray();
        QTest::newRow("doubled slash") << get << QByteArray("//api/calls") << 404 << QByteArray();
        QTest::newRow("star matches no empty segment") << get << QByteArray("/api/calls/") << 404 << QByteArray();
        QTest::newRow("star matches one segment") << get << QByteArray("/api/calls/a/b") << 404 << QByteArray();
        QTest::newRow("encoded slash is no separator") << get << QByteArray("/api%2Fcalls") << 404 << QByteArray();
        QTest::newRow("wrong method") << QByteArray("POST") << QByteArray("/api/calls") << 405
                                      << QByteArray("GET, HEAD");
        QTest::newRow("unknown method") << QByteArray("PROPFIND") << QByteArray("/api/calls/CA1/hangup") << 405
                                        << QByteArray("POST");
        QTest::newRow("HEAD for POST") << QByteArray("HEAD") << QByteArray("/api/calls/CA1/hangup") << 405
                                       << QByteArray("POST");
        QTest::newRow("all methods listed")
            << QByteArray("PUT") << QByteArray("/both") << 405 << QByteArray("GET, HEAD, POST");
        QTest::newRow("upgrade needed") << get << QByteArray("/ws") << 426 << QByteArray();
        QTest::newRow("upgrade path, other method")
            << QByteArray("POST") << QByteArray("/ws") << 405 << QByteArray("GET");
    }
    void refuses()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, target);
        const auto found = routerOfTheContract().findRoute(method, target);
        QVERIFY(std::holds_alternative<Response>(found));
        QTEST(std::get<Response>(found).status, "status");
        QTEST(headerOf(std::get<Response>(found), "Allow"), "allow");
    }

    void findsUpgrades()
    {
        const Router router = routerOfTheContract();
        QVERIFY(router.findUpgrade("/ws?x=1"));
        QCOMPARE(router.findUpgrade("/rooms/a")->captures, QStringList{u"a"_s});
        QVERIFY(!router.findUpgrade("/api/calls"));
    }
};

DIALDESK_TEST(TestRouter)
#include "tst_router.moc"
