#include "engine/twilio/twiml.h"

#include <QSet>
#include <QXmlStreamWriter>

namespace engine::twilio {

using namespace Qt::StringLiterals;

namespace {

// Twilio: name and value of a Parameter stay under 500 characters together, the whole document under 64 kB. About 99
// Parameters are accepted; ours need a few of them.
constexpr qsizetype kParameterCharacters = 500;
constexpr qsizetype kMaxEntries = 90;
constexpr qsizetype kDocumentBytes = 64'000;
constexpr qsizetype kBytesForOurOwn = 4'000;
constexpr qsizetype kNameShownCharacters = 40;

constexpr QStringView kCloudHostParameter = u"_pipecatCloudServiceHost";

QString shown(const QString &name)
{
    return name.size() <= kNameShownCharacters ? name : name.left(kNameShownCharacters) + u'…';
}

/// What XML 1.0 can hold; QXmlStreamWriter does not check.
bool fitsXml(const QString &text)
{
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar character = text[i];
        if (character.isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate()) {
            ++i;
            continue;
        }
        const char16_t unit = character.unicode();
        const bool control = unit < 0x20 && unit != u'\t' && unit != u'\n' && unit != u'\r';
        if (control || character.isSurrogate() || unit == 0xFFFE || unit == 0xFFFF)
            return false;
    }
    return true;
}

bool isReserved(const QString &name)
{
    return name == "to_number"_L1 || name == "from_number"_L1 || name == kTokenParameter ||
           name.startsWith("_pipecat"_L1, Qt::CaseInsensitive);
}

tl::unexpected<Error> badData(const QString &sentence)
{
    return failure(Fault::Settings, u"custom_data_invalid"_s, sentence);
}

void writeParameter(QXmlStreamWriter &xml, const QString &name, const QString &value)
{
    xml.writeEmptyElement(u"Parameter"_s);
    xml.writeAttribute(u"name"_s, name);
    xml.writeAttribute(u"value"_s, value);
}

/// A whole document; `writeBody` writes what is inside <Response>.
template <typename WriteBody>
QByteArray document(WriteBody writeBody)
{
    QByteArray bytes;
    QXmlStreamWriter xml(&bytes);
    xml.writeStartDocument();
    xml.writeStartElement(u"Response"_s);
    writeBody(xml);
    xml.writeEndDocument();
    return bytes;
}

QByteArray streamDocument(const QUrl &url, const StreamContent &content, const CustomData &ownParameters)
{
    return document([&](QXmlStreamWriter &xml) {
        xml.writeStartElement(u"Connect"_s);
        xml.writeStartElement(u"Stream"_s);
        xml.writeAttribute(u"url"_s, QString::fromLatin1(url.toEncoded()));
        writeParameter(xml, u"to_number"_s, content.toNumber);
        writeParameter(xml, u"from_number"_s, content.fromNumber);
        for (const auto &[name, value] : content.customData)
            writeParameter(xml, name, value);
        for (const auto &[name, value] : ownParameters)
            writeParameter(xml, name, value);
    });
}

} // namespace

Result<Done> checkCustomData(const CustomData &data)
{
    if (data.size() > kMaxEntries)
        return badData(u"custom_data has %1 entries; a call can carry at most %2. Leave some out."_s.arg(data.size())
                           .arg(kMaxEntries));
    QSet<QString> names;
    for (const auto &[name, value] : data) {
        if (name.trimmed().isEmpty())
            return badData(u"custom_data has an entry without a name. Give every entry a name."_s);
        if (isReserved(name))
            return badData(u"custom_data may not hold \"%1\": Dialdesk sets that name itself. Use another name."_s.arg(
                shown(name)));
        if (names.contains(name))
            return badData(u"custom_data holds \"%1\" twice. Give every entry a name of its own."_s.arg(shown(name)));
        names.insert(name);
        if (name.size() + value.size() >= kParameterCharacters)
            return badData(
                u"custom_data \"%1\" is too long: its name and value have %2 characters together, and the phone "
                "network passes on fewer than %3. Shorten it."_s.arg(
                    shown(name), QString::number(name.size() + value.size()), QString::number(kParameterCharacters)));
        if (!fitsXml(name) || !fitsXml(value))
            return badData(u"custom_data \"%1\" holds a control character that cannot be passed on. Remove it."_s.arg(
                fitsXml(name) ? shown(name) : u"?"_s));
    }
    // Escaping can make a value several times longer, so the document itself is measured.
    const QByteArray written = document([&](QXmlStreamWriter &xml) {
        for (const auto &[name, value] : data)
            writeParameter(xml, name, value);
    });
    if (written.size() > kDocumentBytes - kBytesForOurOwn)
        return badData(
            u"custom_data is too large: written out it takes %1 bytes, and the phone network reads at most %2. "
            "Shorten it."_s.arg(written.size())
                .arg(kDocumentBytes - kBytesForOurOwn));
    return Done{};
}

Result<QUrl> mediaStreamUrl(const QUrl &publicBase)
{
    const QString scheme = publicBase.scheme();
    if ((scheme != "https"_L1 && scheme != "http"_L1) || publicBase.host().isEmpty())
        return failure(Fault::Settings, u"public_url_unusable"_s,
                       u"The public address of this server is not a web address. Set LOCAL_SERVER_URL to one that "
                       "starts with https://."_s);
    QString path = publicBase.path(QUrl::FullyEncoded);
    while (path.endsWith(u'/'))
        path.chop(1);
    QUrl url;
    url.setScheme(scheme == "https"_L1 ? u"wss"_s : u"ws"_s);
    url.setHost(publicBase.host());
    url.setPort(publicBase.port());
    url.setPath(path + u"/ws"_s, QUrl::StrictMode);
    return url;
}

Result<QUrl> cloudStreamUrl(const CloudAgent &agent)
{
    const auto incomplete = [](const QString &sentence) {
        return failure(Fault::Settings, u"agent_incomplete"_s, sentence);
    };
    if (agent.agentName.isEmpty())
        return incomplete(
            u"In production the call goes to an agent of Pipecat Cloud, and none is named. Set AGENT_NAME."_s);
    if (agent.organizationName.isEmpty())
        return incomplete(
            u"In production the call goes to an agent of Pipecat Cloud, and its organization is not named. "
            "Set ORGANIZATION_NAME."_s);
    if (agent.region == "us-west"_L1)
        return QUrl(u"wss://api.pipecat.daily.co/ws/twilio"_s);
    if (agent.region == "us-east"_L1 || agent.region == "eu-central"_L1 || agent.region == "ap-south"_L1)
        return QUrl(u"wss://%1.api.pipecat.daily.co/ws/twilio"_s.arg(agent.region));
    return incomplete(
        u"Pipecat Cloud has no region \"%1\". Set PIPECAT_CLOUD_REGION to us-west, us-east, eu-central or "
        "ap-south."_s.arg(shown(agent.region)));
}

Result<QByteArray> localStreamTwiml(const QUrl &publicBase, const StreamContent &content, const Secret &oneTimeToken)
{
    const auto url = mediaStreamUrl(publicBase);
    if (!url)
        return tl::unexpected(url.error());
    if (const auto checked = checkCustomData(content.customData); !checked)
        return tl::unexpected(checked.error());
    return streamDocument(*url, content, {{kTokenParameter.toString(), QString::fromUtf8(oneTimeToken.reveal())}});
}

Result<QByteArray> cloudStreamTwiml(const CloudAgent &agent, const StreamContent &content)
{
    const auto url = cloudStreamUrl(agent);
    if (!url)
        return tl::unexpected(url.error());
    if (const auto checked = checkCustomData(content.customData); !checked)
        return tl::unexpected(checked.error());
    return streamDocument(*url, content,
                          {{kCloudHostParameter.toString(), agent.agentName + u'.' + agent.organizationName}});
}

QByteArray hangUpTwiml()
{
    return document([](QXmlStreamWriter &xml) { xml.writeEmptyElement(u"Hangup"_s); });
}

QByteArray transferTwiml(const E164Number &to, const E164Number &callerId)
{
    return document([&](QXmlStreamWriter &xml) {
        xml.writeStartElement(u"Dial"_s);
        if (!callerId.isEmpty())
            xml.writeAttribute(u"callerId"_s, callerId.value());
        xml.writeTextElement(u"Number"_s, to.value());
    });
}

} // namespace engine::twilio
