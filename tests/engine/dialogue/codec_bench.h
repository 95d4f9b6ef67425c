#pragma once

#include "engine/dialogue/language_model.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <vector>

/// What the tests of the models' codecs share: messages, JSON to compare with, answers read in pieces.
namespace codec_bench {

using namespace Qt::StringLiterals;
using namespace engine;
using namespace engine::dialogue;

inline QJsonObject object(const QByteArray &json)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (!document.isObject())
        qFatal("not a JSON object: %s (%s)", json.constData(), qPrintable(error.errorString()));
    return document.object();
}

inline QJsonArray array(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).array();
}

inline Message user(const QString &text)
{
    return {.role = Message::Role::User, .text = text};
}

inline Message agent(const QString &text, const std::vector<ModelToolCall> &calls = {})
{
    return {.role = Message::Role::Agent, .text = text, .toolCalls = calls};
}

inline Message result(const QString &id, const QJsonObject &value)
{
    return {.role = Message::Role::ToolResult, .toolId = id, .toolName = u"find_slots"_s, .toolResult = value};
}

inline QByteArray sse(const QByteArray &json)
{
    return "data: " + json + "\n\n";
}

struct Reading
{
    QString text;
    Result<ModelAnswer> answer;
};

/// Feeds a reader the body, cut before these bytes.
template <typename Reader>
Reading readPieces(Reader reader, const QByteArray &body, const std::vector<qsizetype> &cuts)
{
    QString text;
    qsizetype at = 0;
    for (const qsizetype cut : cuts) {
        text += reader.push(QByteArrayView(body).sliced(at, cut - at));
        at = cut;
    }
    text += reader.push(QByteArrayView(body).sliced(at));
    QString last;
    Result<ModelAnswer> answer = reader.finish(last);
    return {text + last, answer};
}

} // namespace codec_bench
