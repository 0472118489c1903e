import torch
from torchvision.transforms import v2

from artextract.models.preprocessing import preprocess


def test_pictures_are_preprocessed_as_torchvision_does(picture):
    oracle = v2.Compose(
        [
            v2.Resize((64, 64), interpolation=v2.InterpolationMode.BICUBIC),
            v2.PILToTensor(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
        ]
    )
    torch.testing.assert_close(preprocess(picture(), 64), oracle(picture()))
