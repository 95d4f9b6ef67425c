#pragma once

#include "engine/practice/deepgram_session.h"
#include "engine/practice/line_figures.h"
#include "engine/practice/query_parameters.h"
#include "engine/practice/scenario_board.h"
#include "engine/server/http_server.h"

#include <QHash>

namespace engine {
class Random;
}

namespace engine::practice {

/// The simulated transcriber: `/v1/listen` (Nova) and `/v2/listen` (Flux) on an HTTP server.
///
/// Hears what the Voice has spoken, word by word, and nothing else (see WordEar). Answers every key but `bad`. A call
/// whose scenario is 110 loses its connection once, while the words of the callee's second utterance arrive; the call
/// is known by the `tag` parameter. Server's thread; everything given outlives it.
class DeepgramSimulator : public QObject
{
public:
    DeepgramSimulator(server::HttpServer &server, Clock &clock, Random &random, WordPrints &prints,
                      ScenarioBoard &board, LineFigures &figures, std::chrono::milliseconds latency,
                      QObject *parent = nullptr);
    ~DeepgramSimulator() override;

private:
    /// How far a call of scenario 110 has come.
    struct Progress
    {
        std::vector<std::weak_ptr<const Utterance>> utterances;
        bool broken = false;
    };

    std::optional<server::Response> guard(const server::Request &request, bool flux);
    bool breaksNow(const QString &tag, const WordEar::Heard &heard);
    QByteArray newRequestId();
    DeepgramSurroundings surroundings();

    Clock &m_clock;
    Random &m_random;
    WordPrints &m_prints;
    ScenarioBoard &m_board;
    LineFigures &m_figures;
    std::chrono::milliseconds m_latency;
    QHash<QString, Progress> m_progress;
};

} // namespace engine::practice
