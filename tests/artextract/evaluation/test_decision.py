"""What decided, in words."""

from artextract.evaluation.decision import render_decision

FITTED = {
    "members": ["alexnet", "resnet50"],
    "temperatures": [1.0, 1.0],
    "weights": [0.0, 1.0],
    "decision": {
        "best": "resnet50",
        "n": 316,
        "log_loss": {"alone": 0.5, "linear": 0.511, "log-linear": 0.52},
        "gain": -0.011,
        "gain_ci95": [-0.041, 0.019],
        "ratios": {"alexnet": [0.72, [0.61, 0.84]]},
    },
}


def test_a_member_that_adds_nothing_is_said_to_with_the_number_of_works():
    said = render_decision(FITTED)
    assert said.startswith("resnet50 votes alone; alexnet adds nothing that can be measured on 316")
    assert "change the log-loss by +0.011 nats (95 % interval -0.019 to +0.041)" in said
    assert "alexnet 0.72 (0.61–0.84)" in said


def test_weights_are_shares_or_exponents():
    linear = FITTED | {"weights": [0.3, 0.7], "pooling": "linear"}
    assert "A linear vote of alexnet 30 %, resnet50 70 %" in render_decision(linear)
    exponents = FITTED | {"weights": [0.27, 0.8], "pooling": "log-linear"}
    assert "A log-linear vote of alexnet^0.27, resnet50^0.80" in render_decision(exponents)


def test_a_vote_of_an_earlier_version_is_told_without_what_decided():
    old = {key: value for key, value in FITTED.items() if key != "decision"}
    assert (
        render_decision(old | {"weights": [0.3, 0.7]}) == "The vote: alexnet 30 %, resnet50 70 %."
    )
