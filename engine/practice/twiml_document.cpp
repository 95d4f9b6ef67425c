#include "engine/practice/twiml_document.h"

#include <QXmlStreamReader>

namespace engine::practice {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMaxTwimlBytes = 64 * 1024;
constexpr qsizetype kMaxParameterLength = 500; ///< name and value together

class Reader
{
public:
    explicit Reader(const QByteArray &body) : m_xml(body) {}

    tl::expected<TwimlDocument, TwimlError> read()
    {
        if (!m_xml.readNextStartElement())
            return tl::unexpected(notXml());
        if (m_xml.name() != "Response"_L1)
            return tl::unexpected(TwimlError{12102, u"The root element is <%1>, not <Response>."_s.arg(m_xml.name())});
        while (m_xml.readNextStartElement())
            readVerb();
        while (!m_xml.atEnd() && !m_xml.hasError())
            m_xml.readNext();
        if (m_xml.hasError())
            return tl::unexpected(notXml());
        return std::move(m_document);
    }

private:
    TwimlError notXml() const
    {
        return {12100, u"The document cannot be parsed as XML: %1 (line %2, column %3)."_s.arg(m_xml.errorString())
                           .arg(m_xml.lineNumber())
                           .arg(m_xml.columnNumber())};
    }

    void warn(const QString &text) { m_document.warnings.append(text); }

    void checkAttributes(const QStringList &known)
    {
        const auto attributes = m_xml.attributes();
        for (const QXmlStreamAttribute &attribute : attributes)
            if (!known.contains(attribute.name()))
                warn(u"<%1> has no attribute \"%2\"."_s.arg(m_xml.name(), attribute.name()));
    }

    QString attribute(QLatin1StringView name, const QString &fallback = {}) const
    {
        const auto attributes = m_xml.attributes();
        return attributes.hasAttribute(name) ? attributes.value(name).toString() : fallback;
    }

    QByteArray method(QLatin1StringView name) const { return attribute(name, u"POST"_s).toLatin1().toUpper(); }

    QString text() { return m_xml.readElementText(QXmlStreamReader::IncludeChildElements).trimmed(); }

    void readVerb()
    {
        const QString verb = m_xml.name().toString();
        if (verb == "Connect"_L1) {
            m_document.verbs.push_back(readConnect());
        } else if (verb == "Say"_L1) {
            checkAttributes({u"voice"_s, u"language"_s, u"loop"_s});
            m_document.verbs.push_back(SayVerb{text()});
        } else if (verb == "Pause"_L1) {
            checkAttributes({u"length"_s});
            m_document.verbs.push_back(PauseVerb{attribute("length"_L1, u"1"_s).toInt()});
            m_xml.skipCurrentElement();
        } else if (verb == "Play"_L1) {
            checkAttributes({u"loop"_s, u"digits"_s});
            m_document.verbs.push_back(PlayVerb{attribute("digits"_L1)});
            m_xml.skipCurrentElement();
        } else if (verb == "Dial"_L1) {
            m_document.verbs.push_back(DialVerb{text()});
        } else if (verb == "Redirect"_L1) {
            checkAttributes({u"method"_s});
            RedirectVerb redirect;
            redirect.method = method("method"_L1);
            redirect.url = text();
            m_document.verbs.push_back(redirect);
        } else if (verb == "Hangup"_L1) {
            checkAttributes({});
            m_document.verbs.push_back(HangupVerb{});
            m_xml.skipCurrentElement();
        } else {
            warn(u"<%1> is not a verb the practice line runs; it was skipped."_s.arg(verb));
            m_xml.skipCurrentElement();
        }
    }

    ConnectVerb readConnect()
    {
        checkAttributes({u"action"_s, u"method"_s});
        ConnectVerb connect;
        connect.action = attribute("action"_L1);
        connect.method = method("method"_L1);
        while (m_xml.readNextStartElement()) {
            if (m_xml.name() == "Stream"_L1 && !connect.stream) {
                connect.stream = readStream();
            } else {
                warn(u"<%1> is not expected here inside <Connect>; it was skipped."_s.arg(m_xml.name()));
                m_xml.skipCurrentElement();
            }
        }
        return connect;
    }

    StreamNoun readStream()
    {
        checkAttributes({u"url"_s, u"name"_s, u"track"_s, u"statusCallback"_s, u"statusCallbackMethod"_s});
        StreamNoun stream;
        stream.url = attribute("url"_L1);
        stream.name = attribute("name"_L1);
        stream.track = attribute("track"_L1, u"inbound_track"_s);
        stream.statusCallback = attribute("statusCallback"_L1);
        stream.statusCallbackMethod = method("statusCallbackMethod"_L1);
        while (m_xml.readNextStartElement()) {
            if (m_xml.name() == "Parameter"_L1)
                readParameter(stream);
            else
                warn(u"<%1> is not expected inside <Stream>; it was skipped."_s.arg(m_xml.name()));
            m_xml.skipCurrentElement();
        }
        return stream;
    }

    void readParameter(StreamNoun &stream)
    {
        checkAttributes({u"name"_s, u"value"_s});
        const QString name = attribute("name"_L1);
        const QString value = attribute("value"_L1);
        if (name.isEmpty() || name.size() + value.size() >= kMaxParameterLength)
            warn(u"A <Parameter> needs a name, and name and value together under %1 characters; it was skipped."_s.arg(
                kMaxParameterLength));
        else
            stream.parameters.insert(name, value);
    }

    QXmlStreamReader m_xml;
    TwimlDocument m_document;
};

} // namespace

tl::expected<TwimlDocument, TwimlError> readTwiml(const QByteArray &contentType, const QByteArray &body)
{
    const QByteArray type = contentType.split(';').first().trimmed().toLower();
    if (type.startsWith("audio/"))
        return TwimlDocument{{PlayVerb{}}, {}};
    const bool isPlain = type == "text/plain";
    if (!isPlain && type != "text/xml" && type != "application/xml" && type != "text/html")
        return tl::unexpected(TwimlError{12300, u"Invalid Content-Type: \"%1\"."_s.arg(QString::fromLatin1(type))});
    if (body.size() > kMaxTwimlBytes)
        return tl::unexpected(TwimlError{11750, u"TwiML response body too large: %1 bytes."_s.arg(body.size())});
    // Qt skips a byte-order mark; the carrier refuses it.
    auto document = body.startsWith("\xEF\xBB\xBF")
                        ? tl::unexpected(TwimlError{
                              12100, u"The document cannot be parsed as XML: it begins with a byte-order mark."_s})
                        : Reader(body).read();
    if (!document && isPlain)
        return TwimlDocument{{SayVerb{QString::fromUtf8(body)}}, {}};
    return document;
}

} // namespace engine::practice
