#pragma once

#include "engine/dialogue/sse_parser.h"
#include "engine/dialogue/streamed_answer.h"
#include "tests/fuzz/fuzz_target.h"

namespace fuzz {

/// The text and the answer a reader made of a body.
struct ReadAnswer
{
    QString text;
    engine::Result<engine::dialogue::ModelAnswer> answer;
};

template <typename Reader, typename Settings>
ReadAnswer readAnswer(const Settings &settings, std::initializer_list<QByteArrayView> pieces)
{
    Reader reader(settings, 1);
    QString text;
    for (const QByteArrayView piece : pieces)
        if (!reader.isOver())
            text += reader.push(piece);
    QString lastText;
    auto answer = reader.finish(lastText);
    return {text + lastText, std::move(answer)};
}

/// Whether all of a body is events. Of anything else the readers make the best they can with what is there at the time.
inline bool isEvents(QByteArrayView body)
{
    engine::dialogue::SseParser parser;
    static_cast<void>(parser.push(body));
    return parser.stray().isEmpty();
}

/// Reads the same body whole and in two pieces, cut where its first byte says: the network may cut anywhere, and it must not show.
template <typename Reader, typename Settings>
void requireCutsDoNotShow(const Settings &settings, QByteArrayView input)
{
    if (input.isEmpty())
        return;
    const QByteArrayView body = input.sliced(1);
    const qsizetype cut = body.size() * static_cast<std::uint8_t>(input.front()) / 256;
    const ReadAnswer whole = readAnswer<Reader>(settings, {body});
    const ReadAnswer halves = readAnswer<Reader>(settings, {body.first(cut), body.sliced(cut)});
    if (!isEvents(body) || !isEvents(body.first(cut)))
        return;
    require(whole.text == halves.text, "the text does not depend on where the body was cut");
    require(whole.answer == halves.answer, "the answer does not depend on where the body was cut");
}

} // namespace fuzz
