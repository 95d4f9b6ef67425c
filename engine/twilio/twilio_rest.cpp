#include "engine/twilio/twilio_rest.h"

#include "engine/twilio/log.h"
#include "engine/twilio/twiml.h"

#include <QSet>

namespace engine::twilio {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using telephony::CallStatus;
using telephony::CarrierCall;
using telephony::OwnNumber;

namespace {

constexpr auto kAnswerTimeout = 15s;
constexpr int kPageSize = 200;
constexpr int kMaxPages = 25;

/// The one way a job ends: it is gone after its answer, even when a slot deletes it at once.
template <typename Job, typename Answer>
void finish(Job *job, const Answer &answer)
{
    job->deleteLater();
    emit job->finished(answer);
}

QString fromForm(const FormPairs &pairs)
{
    return QString::fromLatin1(buildForm(pairs));
}

} // namespace

TwilioRest::TwilioRest(TwilioSettings settings, net::HttpClient &client, Clock &clock, Random &random, QObject *parent)
    : PhoneNetwork(parent), m_settings(std::move(settings)), m_client(client), m_clock(clock), m_random(random)
{
}

telephony::PlaceCallJob *TwilioRest::place(const telephony::PlaceRequest &request, QObject *parent)
{
    auto *job = new telephony::PlaceCallJob(parent);
    const QString action = u"to place the call"_s;
    exchange(
        requestFor("POST", accountUrl(u"/Calls.json"_s), createCallForm(request)), Repeat::WhenTurnedAway, action,
        [this, job, action](const Outcome &outcome) {
            if (!outcome)
                return finish(job, Result<CarrierCall>(tl::unexpected(withoutSecrets(outcome.error().error))));
            const auto call = parseCall(*outcome);
            finish(job,
                   call ? Result<CarrierCall>(*call) : Result<CarrierCall>(tl::unexpected(unreadableAnswer(action))));
        },
        job);
    return job;
}

telephony::HangUpJob *TwilioRest::hangUp(const CallSid &sid, bool answered, QObject *parent)
{
    auto *job = new telephony::HangUpJob(parent);
    endCall(job, sid, answered ? EndCallAs::Completed : EndCallAs::Canceled);
    return job;
}

void TwilioRest::endCall(telephony::HangUpJob *job, const CallSid &sid, EndCallAs how)
{
    exchange(
        requestFor("POST", callUrl(sid), endCallForm(how)), Repeat::UntilAnswered, u"to end the call"_s,
        [this, job, sid, how](const Outcome &outcome) {
            // Canceling leaves a call alone that was answered in the meantime; whether Twilio then answers 200 or 21220
            // is not documented. Both must end the call, or it would go on with nobody listening.
            if (how == EndCallAs::Canceled) {
                const auto call = outcome ? parseCall(*outcome) : std::nullopt;
                const bool lives = outcome ? !call || call->status == CallStatus::InProgress
                                           : outcome.error().refusal.code == kErrorCallOver;
                if (lives)
                    return endCall(job, sid, EndCallAs::Completed);
            }
            if (outcome || isAlreadyOver(outcome.error().refusal))
                return finish(job, Result<Done>(Done{}));
            finish(job, Result<Done>(tl::unexpected(withoutSecrets(outcome.error().error))));
        },
        job);
}

telephony::FetchCallJob *TwilioRest::fetch(const CallSid &sid, QObject *parent)
{
    auto *job = new telephony::FetchCallJob(parent);
    const QString action = u"to show the call"_s;
    exchange(
        requestFor("GET", callUrl(sid)), Repeat::WhenTurnedAway, action,
        [this, job, action](const Outcome &outcome) {
            if (!outcome) {
                Error error = withoutSecrets(outcome.error().error);
                if (outcome.error().refusal.code == kErrorCallNotFound)
                    error.code = u"carrier_unknown_call"_s;
                return finish(job, Result<CarrierCall>(tl::unexpected(error)));
            }
            const auto call = parseCall(*outcome);
            finish(job,
                   call ? Result<CarrierCall>(*call) : Result<CarrierCall>(tl::unexpected(unreadableAnswer(action))));
        },
        job);
    return job;
}

template <typename Item>
void TwilioRest::walkPages(const std::shared_ptr<Walk<Item>> &walk, const QUrl &url, QObject *job)
{
    exchange(
        requestFor("GET", url), Repeat::WhenTurnedAway, walk->action,
        [this, walk, job](const Outcome &outcome) {
            if (!outcome)
                return walk->done(tl::unexpected(withoutSecrets(outcome.error().error)));
            auto page = walk->parse(*outcome);
            if (!page)
                return walk->done(tl::unexpected(unreadableAnswer(walk->action)));
            if (page->unreadable > 0)
                qCWarning(lcTwilio) << page->unreadable << "entries of a list could not be read and are left out";
            walk->items.insert(walk->items.end(), page->items.begin(), page->items.end());
            if (page->nextPageUri.isEmpty() || ++walk->pages == kMaxPages)
                return walk->done(walk->items);
            // The credentials go along, so only a path below the same host is followed.
            const QUrl next = m_settings.baseUrl.resolved(QUrl(page->nextPageUri, QUrl::StrictMode));
            if (!next.isValid() || next.authority() != m_settings.baseUrl.authority() ||
                next.scheme() != m_settings.baseUrl.scheme())
                return walk->done(tl::unexpected(unreadableAnswer(walk->action)));
            walkPages(walk, next, job);
        },
        job);
}

telephony::ListCallsJob *TwilioRest::list(const telephony::CallFilter &filter, QObject *parent)
{
    auto *job = new telephony::ListCallsJob(parent);
    const auto walk = std::make_shared<Walk<CarrierCall>>(
        Walk<CarrierCall>{.action = u"to list the calls"_s,
                          .parse = parseCallPage,
                          .done = [job](const Result<std::vector<CarrierCall>> &calls) { finish(job, calls); }});
    walkPages(walk, accountUrl(u"/Calls.json"_s, listCallsQuery(filter, kPageSize)), job);
    return job;
}

telephony::OwnNumbersJob *TwilioRest::ownNumbers(QObject *parent)
{
    using Numbers = Result<std::vector<OwnNumber>>;
    auto *job = new telephony::OwnNumbersJob(parent);
    const QString action = u"to list the account's numbers"_s;
    const FormPairs query{{"PageSize", QByteArray::number(kPageSize)}};

    const auto withCallerIds = [this, job, action, query](const Numbers &bought) {
        if (!bought)
            return finish(job, bought);
        const auto merge = [job, bought](const Numbers &verified) {
            if (!verified)
                return finish(job, verified);
            std::vector<OwnNumber> numbers;
            QSet<QString> seen;
            for (const auto *part : {&*bought, &*verified}) {
                for (const OwnNumber &number : *part) {
                    if (!seen.contains(number.number)) {
                        seen.insert(number.number);
                        numbers.push_back(number);
                    }
                }
            }
            finish(job, Numbers(numbers));
        };
        const auto walk = std::make_shared<Walk<OwnNumber>>(
            Walk<OwnNumber>{.action = action, .parse = parseNumberPage, .done = merge});
        walkPages(walk, accountUrl(u"/OutgoingCallerIds.json"_s, query), job);
    };
    const auto walk = std::make_shared<Walk<OwnNumber>>(
        Walk<OwnNumber>{.action = action, .parse = parseNumberPage, .done = withCallerIds});
    walkPages(walk, accountUrl(u"/IncomingPhoneNumbers.json"_s, query), job);
    return job;
}

telephony::HangUpJob *TwilioRest::transfer(const CallSid &sid, const E164Number &to, const E164Number &callerId,
                                           QObject *parent)
{
    auto *job = new telephony::HangUpJob(parent);
    // Not repeated when the answer is lost: a second redirect would dial the person twice.
    exchange(
        requestFor("POST", callUrl(sid), {{"Twiml", transferTwiml(to, callerId)}}), Repeat::WhenTurnedAway,
        u"to transfer the call"_s,
        [this, job](const Outcome &outcome) {
            if (!outcome)
                return finish(job, Result<Done>(tl::unexpected(withoutSecrets(outcome.error().error))));
            finish(job, Result<Done>(Done{}));
        },
        job);
    return job;
}

AccountStateJob *TwilioRest::accountState(QObject *parent)
{
    using State = Result<AccountState>;
    auto *job = new AccountStateJob(parent);
    const QString action = u"to show the account"_s;
    const auto askAccount = [this, job, action](const Balance &balance) {
        // An API key may not read the account. Asking with the token also proves it, and webhooks are signed with it.
        exchange(
            requestFor("GET", accountUrl(u".json"_s), {}, SignIn::Token), Repeat::WhenTurnedAway, action,
            [this, job, action, balance](const Outcome &outcome) {
                if (!outcome)
                    return finish(job, State(tl::unexpected(withoutSecrets(outcome.error().error))));
                const auto account = parseAccount(*outcome);
                finish(job, account ? State(AccountState{balance, *account})
                                    : State(tl::unexpected(unreadableAnswer(action))));
            },
            job);
    };
    exchange(
        requestFor("GET", accountUrl(u"/Balance.json"_s)), Repeat::WhenTurnedAway, action,
        [this, job, action, askAccount](const Outcome &outcome) {
            // A subaccount has no balance of its own, and a restricted key may not see it; that is no failure.
            const int status = outcome ? 200 : outcome.error().refusal.httpStatus;
            if (!outcome && status != 404 && status != 403)
                return finish(job, State(tl::unexpected(withoutSecrets(outcome.error().error))));
            askAccount(outcome ? parseBalance(*outcome).value_or(Balance{}) : Balance{});
        },
        job);
    return job;
}

QUrl TwilioRest::accountUrl(const QString &path, const FormPairs &query) const
{
    QUrl url = m_settings.baseUrl;
    url.setPath(u"/2010-04-01/Accounts/"_s + m_settings.accountSid + path);
    if (!query.isEmpty())
        url.setQuery(fromForm(query), QUrl::StrictMode);
    return url;
}

QUrl TwilioRest::callUrl(const CallSid &sid) const
{
    return accountUrl(u"/Calls/%1.json"_s.arg(sid.value()));
}

net::HttpRequest TwilioRest::requestFor(const QByteArray &method, const QUrl &url, const FormPairs &form,
                                       SignIn signIn) const
{
    const bool withKey =
        signIn == SignIn::KeyIfSet && !m_settings.apiKeySid.isEmpty() && !m_settings.apiKeySecret.isEmpty();
    const QByteArray user = (withKey ? m_settings.apiKeySid : m_settings.accountSid).toUtf8();
    const QByteArray &password = (withKey ? m_settings.apiKeySecret : m_settings.authToken).reveal();
    net::HttpRequest request;
    request.method = method;
    request.url = url;
    request.headers = {{"Authorization", "Basic " + (user + ':' + password).toBase64()},
                       {"Accept", "application/json"}};
    request.timeout = kAnswerTimeout;
    if (method == "POST") {
        request.headers.emplaceBack("Content-Type", "application/x-www-form-urlencoded");
        request.body = buildForm(form);
    }
    return request;
}

void TwilioRest::exchange(const net::HttpRequest &request, Repeat repeat, const QString &action,
                          RestExchange::Callback callback, QObject *job)
{
    new RestExchange(m_client, m_clock, m_random, request, repeat, action, std::move(callback), job);
}

Error TwilioRest::withoutSecrets(Error error) const
{
    // Twilio does not repeat credentials, but a proxy between us may.
    for (const Secret *secret : {&m_settings.authToken, &m_settings.apiKeySecret})
        if (!secret->isEmpty())
            error.message.replace(QString::fromUtf8(secret->reveal()), u"***"_s);
    return error;
}

} // namespace engine::twilio
