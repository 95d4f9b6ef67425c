#include "engine/practice/twilio_rest_simulator.h"

#include "engine/practice/call_list.h"
#include "engine/practice/call_request.h"
#include "engine/practice/phone_text.h"
#include "engine/practice/simulated_phone_network.h"
#include "engine/twilio/form_codec.h"

#include <QJsonDocument>
#include <QRegularExpression>

#include <vector>

namespace engine::practice {

using namespace Qt::StringLiterals;

namespace {

/// Listed when the settings name no number; any other is taken too.
const QString kSampleNumber = u"+14155550190"_s;

server::Response json(int status, const QJsonObject &body)
{
    server::Response response;
    response.status = status;
    response.body = QJsonDocument(body).toJson(QJsonDocument::Compact);
    return response;
}

server::Response refused(const RestError &error)
{
    server::Response response;
    response.status = error.status;
    response.body = error.toJson();
    if (error.status == 401)
        response.headers.emplaceBack("WWW-Authenticate", "Basic realm=\"Twilio API\"");
    return response;
}

RestError notFound(const QString &path)
{
    return {404, 20404, u"The requested resource %1 was not found"_s.arg(path), {}};
}

QByteArray rawQuery(const server::Request &request)
{
    const qsizetype mark = request.target.indexOf('?');
    return mark < 0 ? QByteArray() : request.target.sliced(mark + 1);
}

/// "CA..." of a captured "CA....json"; empty without the suffix, which would mean XML.
QString sidOf(const QString &segment)
{
    return segment.endsWith(".json"_L1) ? segment.chopped(5) : QString();
}

server::Response page(const server::Request &request, const QString &key, const std::vector<QJsonObject> &items)
{
    const auto body = listPage(request.path, rawQuery(request), key, items);
    return body ? json(200, *body) : refused(body.error());
}

/// `PhoneNumber` filter: digits with `*` for one of any kind, anywhere in the number.
bool passesNumberFilter(const QString &number, const server::Request &request)
{
    const auto wanted = twilio::fieldValue(twilio::parseForm(rawQuery(request)), "PhoneNumber");
    if (!wanted || wanted->isEmpty())
        return true;
    const QString pattern = QRegularExpression::escape(QString::fromUtf8(*wanted)).replace("\\*"_L1, "."_L1);
    return QRegularExpression(pattern).match(number).hasMatch();
}

QString numberSid(const QString &number)
{
    return u"PN"_s + QString(number).remove(u'+').rightJustified(32, u'0');
}

} // namespace

TwilioRestSimulator::TwilioRestSimulator(server::HttpServer &server, SimulatedPhoneNetwork &network,
                                         const QDateTime &accountCreated, QObject *parent)
    : QObject(parent), m_network(network), m_accountCreated(accountCreated)
{
    const QString account = u"/2010-04-01/Accounts/*"_s;
    server.route("POST", account + "/Calls.json"_L1, [this](const server::Request &request, server::Responder responder) {
        if (const auto error = refuseAccess(request))
            responder.send(refused(*error));
        else
            createInTrouble(request, std::move(responder));
    });
    route(server, "GET", account + "/Calls.json"_L1, [this](const auto &request) { return listCalls(request); });
    route(server, "GET", account + "/Calls/*"_L1, [this](const auto &request) { return readCall(request); });
    route(server, "POST", account + "/Calls/*"_L1, [this](const auto &request) { return updateCall(request); });
    route(server, "DELETE", account + "/Calls/*"_L1, [this](const auto &request) { return deleteCall(request); });
    route(server, "GET", account + "/Calls/*/Notifications.json"_L1,
          [this](const auto &request) { return listNotifications(request); });
    route(server, "GET", account + "/Calls/*/Recordings.json"_L1,
          [this](const auto &request) { return listRecordings(request); });
    route(server, "GET", account + "/Balance.json"_L1, [this](const auto &) { return balance(); });
    route(server, "GET", account + "/IncomingPhoneNumbers.json"_L1,
          [this](const auto &request) { return listIncomingNumbers(request); });
    route(server, "GET", account + "/OutgoingCallerIds.json"_L1,
          [this](const auto &request) { return listCallerIds(request); });
    route(server, "GET", account, [this](const auto &) { return this->account(); });
}

void TwilioRestSimulator::route(server::HttpServer &server, const QByteArray &method, const QString &pattern,
                                Action action)
{
    server.route(method, pattern,
                 [this, action = std::move(action)](const server::Request &request, server::Responder responder) {
                     if (const auto error = refuseAccess(request))
                         responder.send(refused(*error));
                     else
                         responder.send(action(request));
                 });
}

std::optional<RestError> TwilioRestSimulator::refuseAccess(const server::Request &request) const
{
    static const QRegularExpression apiKey(u"^SK[0-9a-f]{32}$"_s);
    const RestError wrong{401, 20003, u"Authenticate"_s, u"Your AccountSid or AuthToken was incorrect."_s};
    const QByteArray authorization = request.header("Authorization");
    if (authorization.size() < 6 || authorization.first(6).toLower() != "basic ")
        return wrong;
    const QByteArray pair = QByteArray::fromBase64(authorization.sliced(6).trimmed());
    const qsizetype colon = pair.indexOf(':');
    if (colon < 0)
        return wrong;
    const QString user = QString::fromUtf8(pair.first(colon));
    const QByteArray password = pair.sliced(colon + 1);
    const NetworkSettings &settings = m_network.settings();
    const bool isKey = apiKey.match(user).hasMatch() && !password.isEmpty() && password != "bad";
    const bool isAccount = user == settings.accountSid && password == settings.authToken.reveal();
    if (!isKey && !isAccount)
        return wrong;

    const QString segment = request.captures.value(0);
    const bool isAccountItself = segment.endsWith(".json"_L1);
    if ((isAccountItself ? segment.chopped(5) : segment) != settings.accountSid)
        return notFound(request.path);
    if (isAccountItself && !isAccount)
        return wrong; // a standard key cannot read the account
    return std::nullopt;
}

server::Response TwilioRestSimulator::createCall(const server::Request &request)
{
    const auto parameters = readCreate(twilio::parseForm(request.body), m_network.settings().ownNumbers);
    if (!parameters)
        return refused(parameters.error());
    const auto call = m_network.create(*parameters);
    return call ? json(201, toJson((*call)->record())) : refused(call.error());
}

void TwilioRestSimulator::createInTrouble(const server::Request &request, server::Responder responder)
{
    const std::vector<CreateFault> &faults = m_network.settings().createFaults;
    const CreateFault fault = faults.empty() ? CreateFault() : faults[m_creates++ % faults.size()];
    const auto breakOff = [&responder] {
        // An answer that is begun and never finished breaks the connection.
        [[maybe_unused]] const auto begun = responder.stream({201, "application/json", {}, {}});
    };
    switch (fault.kind) {
    case CreateFault::Kind::None:
        return responder.send(createCall(request));
    case CreateFault::Kind::Lost:
        createCall(request);
        return breakOff();
    case CreateFault::Kind::Dropped:
        return breakOff();
    case CreateFault::Kind::Slow: {
        auto shared = std::make_shared<server::Responder>(std::move(responder));
        return later(fault.time, [shared, answer = createCall(request)] { shared->send(answer); });
    }
    case CreateFault::Kind::Late: {
        auto shared = std::make_shared<server::Responder>(std::move(responder));
        return later(fault.time, [this, shared, request] { shared->send(createCall(request)); });
    }
    case CreateFault::Kind::Html:
        createCall(request);
        return responder.send({200, "text/html", "<html><body>The proxy says hello.</body></html>", {}});
    case CreateFault::Kind::Busy: {
        server::Response busy = refused({429, 20429, u"Too Many Requests"_s, {}});
        busy.headers.emplaceBack("Retry-After", QByteArray::number(static_cast<qint64>(fault.time.count())));
        return responder.send(busy);
    }
    }
}

void TwilioRestSimulator::later(std::chrono::seconds delay, std::function<void()> action)
{
    std::erase_if(m_late, [](const auto &timer) { return !timer->isActive(); });
    m_late.push_back(m_network.clock().makeTimer(std::move(action)));
    m_late.back()->start(delay);
}

server::Response TwilioRestSimulator::listCalls(const server::Request &request) const
{
    const twilio::FormPairs filters = twilio::parseForm(rawQuery(request));
    std::vector<QJsonObject> items;
    for (const SimulatedCall *call : m_network.calls())
        if (passesFilters(call->record(), filters))
            items.push_back(toJson(call->record()));
    return page(request, u"calls"_s, items);
}

server::Response TwilioRestSimulator::readCall(const server::Request &request) const
{
    const SimulatedCall *call = m_network.find(sidOf(request.captures.value(1)));
    return call ? json(200, toJson(call->record())) : refused(notFound(request.path));
}

server::Response TwilioRestSimulator::updateCall(const server::Request &request)
{
    SimulatedCall *call = m_network.find(sidOf(request.captures.value(1)));
    if (!call)
        return refused(notFound(request.path));
    const auto update = readUpdate(twilio::parseForm(request.body));
    if (!update)
        return refused(update.error());
    if (const auto error = call->update(*update))
        return refused(*error);
    return json(200, toJson(call->record()));
}

server::Response TwilioRestSimulator::deleteCall(const server::Request &request)
{
    const QString sid = sidOf(request.captures.value(1));
    if (!m_network.find(sid))
        return refused(notFound(request.path));
    if (!m_network.remove(sid))
        return refused({409, 20409, u"The call is not finished; it cannot be deleted."_s, {}});
    server::Response response;
    response.status = 204;
    return response;
}

server::Response TwilioRestSimulator::listNotifications(const server::Request &request) const
{
    const SimulatedCall *call = m_network.find(request.captures.value(1));
    if (!call)
        return refused(notFound(request.path));
    const auto log = twilio::fieldValue(twilio::parseForm(rawQuery(request)), "Log");
    std::vector<QJsonObject> items;
    for (auto notification = call->notifications().rbegin(); notification != call->notifications().rend();
         ++notification)
        if (!log || log->isEmpty() || *log == (notification->isWarning ? "1" : "0"))
            items.push_back(toJson(*notification, call->record()));
    return page(request, u"notifications"_s, items);
}

server::Response TwilioRestSimulator::listRecordings(const server::Request &request) const
{
    if (!m_network.find(request.captures.value(1)))
        return refused(notFound(request.path));
    return page(request, u"recordings"_s, {});
}

server::Response TwilioRestSimulator::balance() const
{
    return json(
        200,
        {{u"account_sid"_s, m_network.settings().accountSid}, {u"balance"_s, u"18.7250"_s}, {u"currency"_s, u"USD"_s}});
}

server::Response TwilioRestSimulator::account() const
{
    const QString sid = m_network.settings().accountSid;
    const QString created = rfc2822(m_accountCreated);
    return json(200, {{u"sid"_s, sid},
                      {u"owner_account_sid"_s, sid},
                      {u"friendly_name"_s, u"Practice line"_s},
                      {u"status"_s, u"active"_s},
                      {u"type"_s, u"Full"_s},
                      {u"date_created"_s, created},
                      {u"date_updated"_s, created},
                      {u"uri"_s, u"/2010-04-01/Accounts/%1.json"_s.arg(sid)}});
}

QStringList TwilioRestSimulator::numbers() const
{
    const QStringList &own = m_network.settings().ownNumbers;
    return own.isEmpty() ? QStringList{kSampleNumber} : own;
}

server::Response TwilioRestSimulator::listIncomingNumbers(const server::Request &request) const
{
    const QString account = m_network.settings().accountSid;
    const QString created = rfc2822(m_accountCreated);
    std::vector<QJsonObject> items;
    for (const QString &number : numbers()) {
        if (!passesNumberFilter(number, request))
            continue;
        const QString sid = numberSid(number);
        items.push_back({{u"sid"_s, sid},
                         {u"account_sid"_s, account},
                         {u"api_version"_s, u"2010-04-01"_s},
                         {u"phone_number"_s, number},
                         {u"friendly_name"_s, formattedNumber(number)},
                         {u"type"_s, u"local"_s},
                         {u"status"_s, u"in-use"_s},
                         {u"origin"_s, u"twilio"_s},
                         {u"beta"_s, false},
                         {u"capabilities"_s,
                          QJsonObject{{u"voice"_s, true}, {u"sms"_s, true}, {u"mms"_s, true}, {u"fax"_s, false}}},
                         {u"voice_url"_s, QString()},
                         {u"voice_method"_s, u"POST"_s},
                         {u"voice_fallback_url"_s, QString()},
                         {u"voice_fallback_method"_s, u"POST"_s},
                         {u"voice_caller_id_lookup"_s, false},
                         {u"voice_application_sid"_s, QString()},
                         {u"voice_receive_mode"_s, u"voice"_s},
                         {u"status_callback"_s, QString()},
                         {u"status_callback_method"_s, u"POST"_s},
                         {u"sms_url"_s, QString()},
                         {u"sms_method"_s, u"POST"_s},
                         {u"sms_fallback_url"_s, QString()},
                         {u"sms_fallback_method"_s, u"POST"_s},
                         {u"sms_application_sid"_s, QString()},
                         {u"trunk_sid"_s, QJsonValue()},
                         {u"address_sid"_s, QJsonValue()},
                         {u"identity_sid"_s, QJsonValue()},
                         {u"bundle_sid"_s, QJsonValue()},
                         {u"address_requirements"_s, u"none"_s},
                         {u"emergency_status"_s, u"Inactive"_s},
                         {u"emergency_address_sid"_s, QJsonValue()},
                         {u"emergency_address_status"_s, u"unregistered"_s},
                         {u"date_created"_s, created},
                         {u"date_updated"_s, created},
                         {u"uri"_s, u"/2010-04-01/Accounts/%1/IncomingPhoneNumbers/%2.json"_s.arg(account, sid)}});
    }
    return page(request, u"incoming_phone_numbers"_s, items);
}

// A practice account has verified no number it does not own.
server::Response TwilioRestSimulator::listCallerIds(const server::Request &request) const
{
    return page(request, u"outgoing_caller_ids"_s, {});
}

} // namespace engine::practice
